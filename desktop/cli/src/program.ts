import { Command } from 'commander';
import { registerArchive } from './commands/archive.ts';
import { registerAudit } from './commands/audit.ts';
import { registerBundle } from './commands/bundle.ts';
import { registerCard } from './commands/card.ts';
import { registerCompanion } from './commands/companion.ts';
import { registerConnect } from './commands/connect.ts';
import { registerDiff } from './commands/diff.ts';
import { registerDrafts } from './commands/drafts.ts';
import { registerEngine } from './commands/engine.ts';
import { registerEnv } from './commands/env.ts';
import { registerInbox } from './commands/inbox.ts';
import { registerJobs } from './commands/jobs.ts';
import { registerNew } from './commands/new.ts';
import { registerNotes } from './commands/notes.ts';
import { registerPolicy } from './commands/policy.ts';
import { registerRegistry } from './commands/registry.ts';
import { registerReview } from './commands/review.ts';
import { registerRuns } from './commands/runs.ts';
import { registerSearch } from './commands/search.ts';
import { registerSnapshot } from './commands/snapshot.ts';
import { registerStore } from './commands/store.ts';
import { registerSync } from './commands/sync.ts';
import { registerTeam } from './commands/team.ts';
import { registerWatch } from './commands/watch.ts';
import { registerWebhooks } from './commands/webhooks.ts';
import { version } from './version.ts';

/** Every command of `benchmate`, each group from its file in `commands/`. */
export function makeProgram(): Command {
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
    registerPolicy,
    registerNotes,
    registerDrafts,
    registerReview,
    registerSearch,
    registerInbox,
    registerTeam,
    registerSync,
    registerBundle,
    registerSnapshot,
    registerArchive,
    registerEnv,
    registerConnect,
    registerCompanion,
    registerEngine,
    registerStore,
    registerAudit,
    registerWatch,
    registerWebhooks,
  ])
    register(program);
  return program;
}
