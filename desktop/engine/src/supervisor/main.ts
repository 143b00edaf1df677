/**
 * `supervisor <folder of the job>`: one small detached process per running job. It starts the command, owns its process
 * group, and writes to the folder what an engine needs to know. It never needs an engine.
 */
import { supervise } from './supervise.ts';

const folder = process.argv[2];
if (!folder) {
  process.stderr.write('Usage: supervisor <folder of the job>\n');
  process.exit(2);
}
await supervise(folder);
process.exit(0);
