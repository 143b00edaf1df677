import { z } from 'zod';
import { filesTask } from '../domain/files-task.ts';
import { mutation, query } from './contract.ts';

/** The files of registered versions, through the team's sync server. What was broken off goes on where it ended when it is begun again. */
export const modelFiles = {
  /**
   * Begins, or joins one that is under way, and answers at once. The first push of a version is made on the device that
   * registered it, and states which files it is made of. OFFLINE without a sync server, NOT_FOUND when the files are not here (push)
   * or nobody has shared them (pull).
   */
  begin: mutation(
    z.object({ kind: z.enum(['push', 'pull']), model: z.string(), version: z.number().int().positive() }),
    filesTask,
  ),
  /** Answers when the task has ended, or after `withinMs` with how far it is. */
  wait: query(z.object({ taskId: z.string(), withinMs: z.number().int().min(0).max(20_000).default(1000) }), filesTask),
  /** What has arrived stays, for the next time. */
  cancel: mutation(z.object({ taskId: z.string() }), filesTask),
};
