// Builds what changed: companion, engine, command line, sync server, extension and its VSIX.
import { fileURLToPath } from 'node:url';
import { whenChanged } from './build/changed.ts';
import { buildCli, buildEngine, buildSyncServer } from './build/node-bundles.ts';

export const vsixPath = `extension/dist/benchmate-${process.platform}-${process.arch}.vsix`;

interface Target {
  inputs: string[];
  outputs: string[];
  build: () => Promise<void>;
}

/** In order: a later target may contain an earlier one. */
const targets: Record<string, Target> = {
  companion: {
    inputs: ['shared', 'desktop/app'],
    outputs: ['desktop/app/dist/renderer/index.html'],
    build: async () => (await import('../desktop/app/build.mjs')).buildCompanion(),
  },
  engine: {
    inputs: ['shared', 'desktop/engine', 'desktop/app', 'templates', '.ci/build'],
    outputs: [
      'desktop/engine/dist/main.mjs',
      'desktop/engine/dist/supervisor.mjs',
      'desktop/engine/dist/reader.mjs',
      'desktop/engine/dist/store-worker.mjs',
      'desktop/engine/dist/log-worker.mjs',
      'desktop/engine/dist/companion/index.html',
    ],
    build: buildEngine,
  },
  cli: {
    inputs: ['shared', 'desktop/cli', '.ci/build'],
    outputs: [
      'desktop/cli/dist/benchmate.mjs',
      'desktop/cli/dist/benchmate_connect.py',
      'desktop/cli/dist/audit-page.html',
      'desktop/cli/dist/archive-page.html',
    ],
    build: buildCli,
  },
  'sync-server': {
    inputs: ['shared', 'sync-server', 'desktop/engine', 'desktop/app', '.ci/build'],
    outputs: ['benchmate-sync.mjs', 'merge-worker.mjs', 'sqlite-worker.mjs', 'companion/replica.js'].map(
      name => `sync-server/dist/${name}`,
    ),
    build: buildSyncServer,
  },
  extension: {
    inputs: ['shared', 'extension', 'desktop/engine', 'desktop/app', 'templates', '.ci/build'],
    outputs: ['extension/dist/extension.js', 'extension/dist/live-note.js', vsixPath],
    build: async () => {
      const { buildExtension, packageVsix } = await import('../extension/build.mjs');
      await buildExtension();
      await packageVsix({ target: `${process.platform}-${process.arch}`, engineDir: 'desktop/engine/dist' });
    },
  },
};

/** Builds what changed since the last time; `report` hears of each target as it begins. */
export async function buildAll(report: (target: string) => void = () => {}): Promise<void> {
  for (const [name, { inputs, outputs, build }] of Object.entries(targets)) {
    await whenChanged(name, { inputs, outputs }, async () => {
      report(name);
      await build();
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll(target => console.log(`Building ${target} …`));
