import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** The engine's entry: of the bundle beside this one, or, run from source, the engine's source. */
export function engineEntry(here: string = import.meta.url, env: NodeJS.ProcessEnv = process.env): string {
  const own = env['BENCHMATE_ENGINE'];
  const candidates = here.endsWith('.ts')
    ? ['../../engine/src/main.ts']
    : ['./engine/main.mjs', '../../engine/dist/main.mjs', '../engine/main.mjs'];
  const files = own ? [own] : candidates.map(path => fileURLToPath(new URL(path, here)));
  const found = files.find(file => existsSync(file));
  if (found) return found;
  throw new BenchmateError(
    'TOOL_MISSING',
    `The engine is not where this command line expects it (${files[0]}).`,
    'Build it with `npm run build`, or set BENCHMATE_ENGINE to its main file.',
  );
}
