import { resolve } from 'node:path';
import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';
import { checkResult, type StoreResult } from '@benchmate/shared/domain/store-task';
import { findEngine } from '@benchmate/shared/node/find-engine';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { addGroup, addLeaf, numberOption, option } from '../command.ts';
import type { Context } from '../context.ts';
import { runEngineProgram } from '../engine-program.ts';
import { resultLines, restoredLines, type Restored } from '../output/store-lines.ts';
import { runTask } from '../run-task.ts';

type Request = Parameters<EngineClient['store']['begin']['mutate']>[0];

/** `benchmate store …`: upkeep of what the engine keeps. */
export function registerStore(program: Command): void {
  const group = addGroup(program, 'store', 'check, compact, back up and restore the data', 'benchmate store check');

  addLeaf(group, {
    spec: 'check',
    description: 'look at all stored data; says what is wrong and what to do (exit code 12 when something is damaged)',
    examples: ['benchmate store check', 'benchmate store check --json'],
    run: async context => {
      // Without an engine none is started: damaged data may be why there is none.
      const running = (await findEngine(context.dataDir)) !== null;
      const found = running
        ? await upkeep(context, { kind: 'check' })
        : checkResult.parse(await runEngineProgram(context, ['check']));
      context.print(found, () => resultLines(found));
      return found.kind === 'check' && !found.ok ? errorCodes.DATA_DAMAGED.exit : 0;
    },
  });

  addLeaf(group, {
    spec: 'compact',
    description: 'rewrite the database without gaps; what is logged meanwhile waits',
    examples: ['benchmate store compact'],
    run: context => printTask(context, { kind: 'compact' }),
  });

  addLeaf<{ replace?: boolean; withoutKey?: boolean }>(group, {
    spec: 'backup <file>',
    description: 'write everything into one tar file, while training goes on; keep it private',
    examples: ['benchmate store backup bench.tar', 'benchmate store backup bench.tar --replace --without-key'],
    options: [
      option('--replace', 'overwrite an existing file'),
      option('--without-key', 'leave the private key of this device out'),
    ],
    run: (context, [file], { replace = false, withoutKey = false }) =>
      printTask(context, { kind: 'backup', file: resolve(String(file)), replace, withoutKey }),
  });

  addLeaf<{ replace?: boolean }>(group, {
    spec: 'restore <file>',
    description: 'make a folder what a backup holds; the engine of that folder must not run',
    examples: ['benchmate store restore bench.tar --data-dir ./restored'],
    options: [option('--replace', 'also when the folder holds data: that is moved into a folder beside')],
    run: async (context, [file], { replace = false }) => {
      const args = ['restore', resolve(String(file)), ...(replace ? ['--replace'] : [])];
      const restored = (await runEngineProgram(context, args)) as Restored;
      context.print(restored, () => restoredLines(restored, context.dataDir));
    },
  });

  addLeaf<{ deletedFor: number; jobOutputFor?: number; remove?: boolean }>(group, {
    spec: 'clean',
    description: 'say what was deleted long ago and could go for good; with --remove it goes',
    examples: ['benchmate store clean', 'benchmate store clean --deleted-for 90 --job-output-for 180 --remove'],
    options: [
      numberOption('--deleted-for <days>', 'runs, experiments and models deleted longer ago', 30),
      numberOption('--job-output-for <days>', 'also output of jobs that ended longer ago'),
      option('--remove', 'remove it; nobody can bring it back'),
    ],
    run: (context, _args, { deletedFor, jobOutputFor, remove = false }) => {
      const request = {
        deletedForDays: days(deletedFor),
        jobOutputForDays: jobOutputFor === undefined ? null : days(jobOutputFor),
      };
      return printTask(context, { kind: 'clean', ...request, remove });
    },
  });
}

function days(value: number): number {
  if (value >= 0) return value;
  throw new BenchmateError('BAD_REQUEST', 'A number of days is 0 or more.', 'Write --deleted-for 30.');
}

async function printTask(context: Context, request: Request): Promise<void> {
  const result = await upkeep(context, request);
  context.print(result, () => resultLines(result));
}

async function upkeep(context: Context, request: Request): Promise<StoreResult> {
  const { store } = await context.engine();
  return runTask(context, {
    begin: () => store.begin.mutate(request),
    wait: asked => store.wait.query(asked),
    cancel: asked => store.cancel.mutate(asked),
  });
}
