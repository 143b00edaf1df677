import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { threadSuffix } from './threads.ts';
import type { PlantedBug, SourceChange } from '../bugs.ts';

const root = new URL('../../../', import.meta.url).href;
const substitutes = new URL('../substitutes/', import.meta.url).href;
const programs = ['sync-server/src/', 'desktop/engine/src/', 'shared/'].map(folder => root + folder);

/** What stands in for a module of the host when one of the programs imports it. */
const inPlaceOf: Record<string, string> = {
  ws: 'ws.ts',
  'better-sqlite3': 'better-sqlite3.ts',
  'node:http': 'http.ts',
  'node:fs': 'fs.ts',
  'node:crypto': 'crypto.ts',
  'node:timers/promises': 'timers-promises.ts',
  'node:worker_threads': 'worker-threads.ts',
  '@noble/curves/ed25519.js': 'ed25519.ts',
  '@redis/client': 'redis.ts',
  './storage/open.ts': 'storage.ts',
};

/**
 * Gives the programs the simulation's sockets, files, threads and timers when they import them, and changes their source where it
 * says so: that makes compaction frequent, and plants bugs. The programs themselves know nothing of it.
 */
export function installHooks(changes: readonly SourceChange[], bug: PlantedBug | null): void {
  const all = [...changes, ...(bug?.changes ?? [])];
  registerHooks({
    resolve(specifier, context, next) {
      const parent = context.parentURL ?? '';
      const substitute = inPlaceOf[specifier];
      if (!substitute || !programs.some(folder => parent.startsWith(folder))) return next(specifier, context);
      return { url: substitutes + substitute, format: 'module-typescript', shortCircuit: true };
    },
    load(url, context, next) {
      const path = url.startsWith(root) ? url.slice(root.length).split('?', 1)[0]! : '';
      const here = all.filter(({ file }) => file === path);
      const isThread = url.endsWith(threadSuffix);
      if (here.length === 0 && !isThread) return next(url, context);
      const source = here.reduce(changed, readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module-typescript', source: isThread ? startable(source) : source, shortCircuit: true };
    },
  });
}

/** A thread's program as a function, so that it is loaded once and started often. */
function startable(source: string): string {
  const lines = source.split('\n').filter(line => !line.includes("'node:worker_threads'"));
  const isImport = (line: string) => line.startsWith('import ');
  const body = lines.filter(line => !isImport(line));
  return [...lines.filter(isImport), 'export default ({ parentPort, workerData }) => {', ...body, '};'].join('\n');
}

function changed(source: string, { file, from, to }: SourceChange): string {
  if (source.split(from).length !== 2)
    throw new Error(
      `${file} does not have exactly one place that reads: ${from}\nAdapt test/sim/bugs.ts to what it reads now.`,
    );
  return source.replace(from, () => to);
}
