import { z } from 'zod';
import { storeTask } from '../domain/store-task.ts';
import { mutation, query } from './contract.ts';

/** Upkeep of the engine's data. Everything here goes on while others read and log. */
export const store = {
  /** Begins a task and answers at once. CONFLICT while another one runs. */
  begin: mutation(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('check') }),
      /** What is logged meanwhile waits until the database is rewritten. */
      z.object({ kind: z.literal('compact') }),
      z.object({
        kind: z.literal('backup'),
        /** Absolute path of the file to write. */
        file: z.string(),
        /** Whether an existing file gives way; else ALREADY_EXISTS. */
        replace: z.boolean().default(false),
        /** Leaves the private key of this device out: a restored copy is then another device. */
        withoutKey: z.boolean().default(false),
      }),
      z.object({
        kind: z.literal('clean'),
        /** Runs, experiments and logged models that were deleted longer ago. */
        deletedForDays: z.number().min(0),
        /** Output of jobs that ended longer ago; null leaves it alone. */
        jobOutputForDays: z.number().min(0).nullable(),
        /** False: only counts. */
        remove: z.boolean().default(false),
      }),
    ]),
    storeTask,
  ),
  get: query(z.object({ taskId: z.string() }), storeTask),
  /** Answers when the task has ended, or after `withinMs` with how far it is. */
  wait: query(z.object({ taskId: z.string(), withinMs: z.number().int().min(0).max(20_000).default(1000) }), storeTask),
  /** A finished task stays as it is. A rewrite of the database that has begun cannot be broken off. */
  cancel: mutation(z.object({ taskId: z.string() }), storeTask),
};
export type StoreRequest = z.output<typeof store.begin.input>;
