import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ListrTask } from 'listr2';
import { startChild } from '../child.ts';
import type { DemoContext } from '../context.ts';
import { startDevice } from '../device.ts';

export const startServices: ListrTask<DemoContext> = {
  title: 'Start the engine and a sync server',
  task: async (context, task) => {
    const { dataDir } = context.options;
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const started = performance.now();
    const server = await startChild(context.programs.syncServer, ['--data-dir', join(dataDir, 'sync')]);
    context.cleanups.push(() => server.stop());
    context.syncUrl = String(server.ready['url']);
    context.me = await startDevice('me', context.programs.engine, join(dataDir, 'me'));
    context.cleanups.push(() => context.me.stop());
    task.title = `Engine at ${context.me.url}, sync server at ${context.syncUrl} (${Math.round(performance.now() - started)} ms)`;
  },
};
