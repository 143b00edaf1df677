import { mkdirSync, statfsSync } from 'node:fs';

import { join } from 'node:path';
import type { ListrTask } from 'listr2';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { startChild } from '../child.ts';
import type { DemoContext } from '../context.ts';
import { startDevice } from '../device.ts';

export const startServices: ListrTask<DemoContext> = {
  title: 'Start the engine and a sync server',
  task: async (context, task) => {
    const { dataDir } = context.options;
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    checkSpace(dataDir);
    const started = performance.now();
    const server = await startChild(context.programs.syncServer, ['--data-dir', join(dataDir, 'sync')]);
    context.cleanups.push(() => server.stop());
    context.syncUrl = String(server.ready['url']);
    context.me = await startDevice('me', context.programs.engine, join(dataDir, 'me'), context.options.port);
    context.cleanups.push(() => context.me.stop());
    task.title = `Engine at ${context.me.url}, sync server at ${context.syncUrl} (${Math.round(performance.now() - started)} ms)`;
  },
};

/** A project's Python environment takes about 600 MiB where the file system cannot share blocks with uv's cache. */
const neededBytes = 700 * 2 ** 20;

function checkSpace(dataDir: string): void {
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize >= neededBytes) return;
  const mib = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`;
  throw new BenchmateError(
    'DISK_FULL',
    `The disk of ${dataDir} has ${mib(bavail * bsize)} left, and about ${mib(neededBytes)} are needed.`,
    'Free some space, or choose another folder with --data-dir.',
  );
}
