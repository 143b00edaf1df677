/** `benchmate`: the bench for terminals and CI. Each group of commands is a file in `commands/`. */
import { Command } from 'commander';
import { registerCard } from './commands/card.ts';
import { registerCompanion } from './commands/companion.ts';
import { registerConnect } from './commands/connect.ts';
import { registerDiff } from './commands/diff.ts';
import { registerEngine } from './commands/engine.ts';
import { registerEnv } from './commands/env.ts';
import { registerJobs } from './commands/jobs.ts';
import { registerNew } from './commands/new.ts';
import { registerNotes } from './commands/notes.ts';
import { registerRegistry } from './commands/registry.ts';
import { registerReview } from './commands/review.ts';
import { registerRuns } from './commands/runs.ts';
import { registerStore } from './commands/store.ts';
import { registerSync } from './commands/sync.ts';
import { registerTeam } from './commands/team.ts';
import { reportFailure } from './failure.ts';
import { version } from './version.ts';

const program = new Command('benchmate')
  .description('A lab bench for teams that build machine-learning models')
  .version(version)
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .exitOverride()
  .configureOutput({ outputError: () => {} }) // `reportFailure` says it, in one form
  .addHelpText('after', '\nExample:\n  benchmate new churn && cd churn && benchmate jobs submit --follow');
for (const register of [
  registerNew,
  registerRuns,
  registerDiff,
  registerJobs,
  registerCard,
  registerRegistry,
  registerNotes,
  registerReview,
  registerTeam,
  registerSync,
  registerEnv,
  registerConnect,
  registerCompanion,
  registerEngine,
  registerStore,
])
  register(program);

const args = process.argv.slice(2);
// A reader that has seen enough, as `head` has, closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
try {
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = reportFailure(error, args.includes('--json'));
}
