/** `benchmate`: the bench for terminals and CI. Its commands stand in `program.ts`. */
import { reportFailure } from './failure.ts';
import { makeProgram } from './program.ts';

const args = process.argv.slice(2);
// A reader that has seen enough, as `head` has, closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
try {
  await makeProgram().parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = reportFailure(error, args.includes('--json'));
}
