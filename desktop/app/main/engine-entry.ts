import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** The engine's main file: as told, packaged with the app, or built in the repository. */
export function engineEntry({
  env,
  resourcesPath,
  here,
  exists = existsSync,
}: {
  env: NodeJS.ProcessEnv;
  /** Electron's folder for what is packaged beside the app. */
  resourcesPath: string;
  /** Folder of the running bundle. */
  here: string;
  exists?: (file: string) => boolean;
}): string {
  const own = env['BENCHMATE_ENGINE'];
  const candidates = own
    ? [own]
    : [join(resourcesPath, 'engine', 'main.mjs'), join(here, '..', '..', 'engine', 'dist', 'main.mjs')];
  const found = candidates.find(exists);
  if (found) return found;
  throw new BenchmateError(
    'TOOL_MISSING',
    `The engine is not where this app expects it (${candidates.join(', ')}).`,
    'Install the app again, or set BENCHMATE_ENGINE to the engine’s main file.',
  );
}
