import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundles = new Map([
  ['desktop/engine/src/main.ts', 'desktop/engine/dist/main.mjs'],
  ['desktop/cli/src/main.ts', 'desktop/cli/dist/benchmate.mjs'],
  ['sync-server/src/main.ts', 'sync-server/dist/benchmate-sync.mjs'],
]);

/**
 * The file to run for a program of this repository, named by its source. `npm test` has just built the bundles, which are what
 * users run and start four times as fast, and says so by BENCHMATE_TEST_BUILT=1; otherwise it is the source, so that nobody tests an old bundle.
 */
export function programFile(source: string): string {
  const bundle = process.env['BENCHMATE_TEST_BUILT'] === '1' ? bundles.get(source) : undefined;
  return join(root, bundle ?? source);
}
