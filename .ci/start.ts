// npm start: sets up what is missing (once), builds what changed, then shows the main job. See desktop/demo.
import { join } from 'node:path';
import { buildAll, vsixPath } from './build.ts';
import { checkPrerequisites } from './setup/prerequisites.ts';
import { ensurePythonEnv, ensureUv } from './setup/python-env.ts';
import { root } from './setup/root.ts';
import { SetupError } from './setup/setup-error.ts';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { parseOptions, runDemo, usage } from '../desktop/demo/src/demo.ts';

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
  } else {
    await checkPrerequisites({ freeBytes: 2 ** 30 });
    process.env.BENCHMATE_UV = await ensureUv();
    await ensurePythonEnv('template', join(root, 'templates/tabular/requirements.txt')); // fills uv's cache: the project's own takes seconds
    await buildAll(target => console.log(`Building ${target} …`));
    const code = await runDemo(options, {
      engine: join(root, 'desktop/engine/dist/main.mjs'),
      syncServer: join(root, 'sync-server/dist/benchmate-sync.mjs'),
      vsix: join(root, vsixPath),
    });
    // A step that was interrupted may still be starting something: with this process it ends, too (see child.ts).
    process.exit(code);
  }
} catch (error) {
  if (!(error instanceof SetupError) && !(error instanceof BenchmateError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
