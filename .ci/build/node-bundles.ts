import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { buildArchivePage } from '../../desktop/cli/build.ts';
import { buildBrowserReplica } from './browser-replica.ts';
import { root } from '../setup/root.ts';

const native = ['better-sqlite3', 'pg-native', '@napi-rs/keyring'];
/** CommonJS packages inside an ES module bundle still call `require`. */
const banner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

/** Bundles Node programs as ES modules, one file each plus shared chunks that are loaded when needed. */
async function bundle(entries: Record<string, string>, outdir: string): Promise<void> {
  rmSync(join(root, outdir), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, input]) => ({ in: input, out })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    // Names stay as they are, for stack traces; `keepNames` would cost each start 100 ms.
    minifyWhitespace: true,
    minifySyntax: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: native,
    // Libraries choose their fast half by it, React among them.
    define: { 'process.env.NODE_ENV': '"production"' },
    banner,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** The engine with everything it needs beside it: `dist/` can be copied anywhere and started by any Node 24. */
export async function buildEngine(): Promise<void> {
  await bundle(
    {
      main: 'desktop/engine/src/main.ts',
      supervisor: 'desktop/engine/src/supervisor/main.ts',
      reader: 'desktop/engine/src/reader/main.ts',
      'store-worker': 'desktop/engine/src/features/store/worker.ts',
      'log-worker': 'desktop/engine/src/storage/log-worker.ts',
    },
    'desktop/engine/dist',
  );
  const dist = join(root, 'desktop/engine/dist');
  const sqlite = join(dist, 'node_modules/better-sqlite3');
  mkdirSync(sqlite, { recursive: true });
  for (const part of ['package.json', 'LICENSE', 'lib', 'prebuilds'])
    cpSync(join(root, 'node_modules/better-sqlite3', part), join(sqlite, part), { recursive: true });
  copyKeyring(join(dist, 'node_modules/@napi-rs'));
  const left = /__pycache__|\.venv|mlruns/;
  cpSync(join(root, 'templates'), join(dist, 'templates'), { recursive: true, filter: source => !left.test(source) });
  cpSync(join(root, 'desktop/app/dist/renderer'), join(dist, 'companion'), { recursive: true });
}

/** Optional: without it the engine keeps its key in a file. npm installs it for the platform that builds, and no other. */
function copyKeyring(to: string): void {
  let scope: string;
  try {
    scope = dirname(dirname(createRequire(join(root, 'desktop/engine/package.json')).resolve('@napi-rs/keyring')));
  } catch {
    return;
  }
  for (const name of readdirSync(scope).filter(each => each.startsWith('keyring')))
    cpSync(join(scope, name), join(to, name), { recursive: true, filter: source => !source.endsWith('.d.ts') });
}

/** The command line, and beside it what `benchmate connect`, `benchmate audit export` and `benchmate archive` write elsewhere. */
export async function buildCli(): Promise<void> {
  await bundle({ benchmate: 'desktop/cli/src/main.ts' }, 'desktop/cli/dist');
  const module = 'benchmate_connect.py';
  cpSync(join(root, 'desktop/cli/src/connect', module), join(root, 'desktop/cli/dist', module));
  cpSync(join(root, 'desktop/cli/src/audit/page.html'), join(root, 'desktop/cli/dist/audit-page.html'));
  writeFileSync(join(root, 'desktop/cli/dist/archive-page.html'), await buildArchivePage());
}

/** The sync server, and beside it the companion, which has to be built before. */
export async function buildSyncServer(): Promise<void> {
  await bundle(
    {
      'benchmate-sync': 'sync-server/src/main.ts',
      'merge-worker': 'sync-server/src/compaction/merge-worker.ts',
      'sqlite-worker': 'sync-server/src/storage/sqlite-worker.ts',
    },
    'sync-server/dist',
  );
  const companion = join(root, 'sync-server/dist/companion');
  cpSync(join(root, 'desktop/app/dist/renderer'), companion, { recursive: true });
  await buildBrowserReplica(join(companion, 'replica.js'));
}
