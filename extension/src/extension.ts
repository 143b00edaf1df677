import * as vscode from 'vscode';
import { startBundles } from './features/bundles/bundles.ts';
import { startCardChecks } from './features/card/card-checks.ts';
import { startCardDiff } from './features/card/card-diff.ts';
import { startCompare } from './features/compare/compare.ts';
import { startCompanion } from './features/companion/companion.ts';
import { startDrafts } from './features/drafts/drafts.ts';
import { DraftsCache } from './features/drafts/drafts-cache.ts';
import { startFileReviews } from './features/file-reviews/file-reviews.ts';
import { startInbox } from './features/inbox/inbox.ts';
import { InboxCache } from './features/inbox/inbox-cache.ts';
import { startJobs } from './features/jobs/jobs.ts';
import { startModels } from './features/models/models.ts';
import { startNotices } from './features/notices/notices.ts';
import { startParams } from './features/params/params.ts';
import { Following } from './features/presence/following.ts';
import { startPresence } from './features/presence/presence.ts';
import { PresenceCache } from './features/presence/presence-cache.ts';
import { startLinks } from './features/links/links.ts';
import { FolderProjects } from './features/projects/folder-projects.ts';
import { NotesCache } from './features/notes/notes-cache.ts';
import { startNotes } from './features/notes/notes.ts';
import { startNewProject } from './features/projects/new-project.ts';
import { startReviews } from './features/reviews/reviews.ts';
import { startRuns } from './features/runs/runs.ts';
import { startSearch } from './features/search/search.ts';
import { startSnapshot } from './features/snapshot/snapshot.ts';
import { startStatus } from './features/status/status.ts';
import { startTeam } from './features/team/team.ts';
import { startDebugSessions } from './features/terminals/debug-sessions.ts';
import { startTerminals } from './features/terminals/terminals.ts';
import { startTraining } from './features/training/training.ts';
import { EngineConnection } from './engine/connection.ts';
import { defineCommands } from './host/commands.ts';
import { Reporter } from './host/report.ts';

/** What other extensions and tests may ask: nothing that the engine does not know better. */
export interface BenchmateApi {
  /** Settles once an engine answers; starts one where the folder is trusted. */
  connected(): Promise<{ url: string }>;
}

/** Composes everything. Nothing here waits: views fill once an engine answers. */
export function activate(context: vscode.ExtensionContext): BenchmateApi {
  const log = vscode.window.createOutputChannel('Benchmate', { log: true });
  const report = new Reporter(log, context);
  const engine = new EngineConnection({ context, log });
  const projects = new FolderProjects(engine, log);
  context.subscriptions.push(log, engine, projects);

  const part = { context, engine, projects, report, log };
  const runs = startRuns(part);
  const jobs = startJobs(part);
  const inbox = new InboxCache(part);
  const drafts = new DraftsCache(part);
  const presence = new PresenceCache(part);
  const notes = new NotesCache(part);
  const following = new Following(part, presence);
  context.subscriptions.push(following);
  defineCommands(part, {
    ...runs.commands,
    ...jobs.commands,
    ...startModels(part),
    ...startTeam({ ...part, inbox, drafts, notes, presence, following }),
    ...startDrafts({ ...part, drafts }),
    ...startPresence({ ...part, presence, following }),
    ...startInbox({ ...part, inbox }),
    ...startBundles(part),
    ...startSearch(part),
    ...startSnapshot(part),
    ...startNotes({ ...part, presence }),
    ...startNewProject(part),
    ...startTraining({ ...part, showLog: jobs.showLog }),
    ...startCompare({ ...part, runs }),
    ...startCardDiff(part),
    ...startReviews(part),
    ...startFileReviews(part),
    ...startCompanion(part),
    ...startStatus({ ...part, inbox }),
  });
  startParams({ ...part, runs });
  startCardChecks({ ...part, runs });
  startLinks({ ...part, runs });
  startTerminals(part);
  startDebugSessions(part);
  startNotices(part);
  // After this turn of the event loop: the editor counts what happens here as activation.
  setImmediate(() => engine.begin());
  return { connected: async () => ({ url: (await engine.session()).endpoint.url }) };
}
