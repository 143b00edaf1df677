import type { InboxItem } from '@benchmate/shared/domain/inbox';
import type { Note } from '@benchmate/shared/domain/note';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Thread } from '@benchmate/shared/domain/review';
import { documentIdPattern, homeOf } from '@benchmate/shared/documents/document-id';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import { engineContract, type EngineContract } from '@benchmate/shared/protocol/engine';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { AuditService } from '../features/audit/service.ts';
import { inboxHandlers } from '../features/inbox/handlers.ts';
import { InboxService } from '../features/inbox/service.ts';
import { sharingOf } from '../features/inbox/sharing.ts';
import { LinksService } from '../features/links/service.ts';
import { modelReviewsHandlers } from '../features/model-reviews/handlers.ts';
import { ReviewerRules } from '../features/model-reviews/reviewer-rules.ts';
import { ModelReviewsService } from '../features/model-reviews/service.ts';
import { notesHandlers } from '../features/notes/handlers.ts';
import { NotesService } from '../features/notes/service.ts';
import { registryHandlers } from '../features/registry/handlers.ts';
import { RegistryService } from '../features/registry/service.ts';
import { ReviewsService } from '../features/reviews/service.ts';
import { teamHandlers } from '../features/team/handlers.ts';
import { TeamService } from '../features/team/service.ts';
import { TeamProjects } from '../features/team/shared-projects.ts';
import { Announcer } from '../host/announcer.ts';
import type { DeviceIdentity } from '../host/identity.ts';
import { documentKind } from '../replication/documents/document-kind.ts';
import { DocumentHub } from '../replication/documents/hub.ts';
import { serveDocument } from '../replication/documents/local-socket.ts';
import { CurrentTeam } from '../replication/feeds/current-team.ts';
import type { FeedReplica } from '../replication/feeds/replica.ts';
import { TeamSync } from '../replication/sync/team-sync.ts';
import { browserClock as clock, browserRandom as random } from './clock.ts';
import { documentSockets } from './document-socket.ts';
import { BrowserDocuments } from './document-store.ts';
import type { BrowserFeeds } from './feed-store.ts';
import { inviteOf } from './invite-of.ts';
import { LocalCalls, type LocalHandlers } from './local-calls.ts';
import { mentionsOf } from './mentions.ts';
import { nothingHere } from './nothing-here.ts';
import { BrowserProjects } from './projects.ts';
import { reviewsIn } from './reviews.ts';
import { BrowserRuns } from './runs.ts';
import { sealedIn } from './sealed.ts';
import { dismissalsIn, viewedIn, type BrowserTeam } from './settings.ts';
import type { BrowserStore } from './store.ts';

interface Parts {
  store: BrowserStore;
  feeds: BrowserFeeds;
  settings: BrowserTeam;
  identity: DeviceIdentity;
  replica: FeedReplica;
  serverUrl: string;
}

const warn = (sentence: string) => console.warn(sentence);
const announcer = <T>() => new Announcer<T>('page');
const noFolders = { changed: () => {}, lookAgain: () => {}, forget: () => {}, items: async () => [] };

/** The engine's features that need a team and no machine, over what this browser keeps. `host/compose.ts` in small. */
export function composeReplica({ store, feeds, settings, identity, replica, serverUrl }: Parts) {
  const { keys } = identity;
  const documents = new BrowserDocuments(store);
  const hub = new DocumentHub(store, documents);
  const current = new CurrentTeam(replica);
  const base = { store, clock, random, identity, settings, feeds, documents, hub, keys, current };
  const sync = new TeamSync({ ...base, warn });
  const team = new TeamService({ ...base, sync, announcer: announcer<TeamState>(), spoken: () => nobodyListens });
  const shared = new TeamProjects({ hub, current, author: project => team.author(project) });
  const writing = {
    hub,
    current,
    clock,
    random,
    ...sealedIn(current),
    projects: shared,
    author: (projectId?: string) => team.author(projectId),
  };
  const registry = new RegistryService({ current, clock, random, announcer: announcer<RegisteredModel>() });
  const notes = new NotesService({ ...writing, announcer: announcer<Note>() });
  const reviews = new ReviewsService({ ...writing, announcer: announcer<Thread>() });
  const projects = new BrowserProjects({ shared, models: () => registry.list() });
  const threads = (projectId: string) => reviews.threads({ projectId });
  const modelReviews = new ModelReviewsService({
    store,
    current,
    clock,
    threads,
    viewed: viewedIn(store),
    projects: () => projects.list(),
    shareRuns: async () => {},
    drafts: { list: () => [], publish: noDrafts },
  });
  const inbox = new InboxService({
    store,
    clock,
    current,
    sync,
    threads,
    dismissals: dismissalsIn(store),
    orphans: noFolders,
    announcer: announcer<InboxItem[]>(),
    sharing: () => sharingOf({ current, documents, feeds, hub, projects: () => shared.list() }),
    onThread: listener => reviews.announcer.listen(listener),
    projects: () => projects.list().map(project => ({ ...project, dir: '' })),
    mentions: {
      of: handles => mentionsOf(handles, { projects: () => shared.list(), notes, reviews }),
      onChange: listener => (notes.announcer.listen(listener), reviews.announcer.listen(listener)),
    },
    webhooks: () => [],
    failed: error => console.warn(error),
  });
  const runs = new BrowserRuns({
    hub,
    current,
    registrants: runId =>
      registry
        .list()
        .flatMap(({ versions }) => versions)
        .filter(version => version.runId === runId)
        .toSorted((a, b) => (a.at < b.at ? -1 : 1))
        .map(({ registeredBy }) => registeredBy.device),
  });
  const links = new LinksService({
    run: async idBegin => runs.find(idBegin),
    models: () => registry.list(),
    notes: () => notes.heads(),
    readFile: async () => null,
  });
  const audit = new AuditService({ current, clock, rows: noRows });
  const handlers: LocalHandlers<EngineContract> = {
    ...nothingHere,
    ...runs.handlers(),
    audit: { asOf: input => audit.asOf(input), moments: ({ model }) => audit.moments(model) },
    team: { ...teamHandlers(team), join: ({ link, name }) => team.join(inviteOf(serverUrl, link), name) },
    projects: projects.handlers(),
    registry: registryHandlers(registry, async () => ''),
    modelReviews: modelReviewsHandlers(
      modelReviews,
      new ReviewerRules({
        registry: () => current.replica.registry,
        files: () => Promise.resolve([]),
        compare: rules => modelReviews.compareRequired(rules),
      }),
    ),
    notes: notesHandlers(notes),
    reviews: reviewsIn(reviews),
    inbox: inboxHandlers(inbox),
    links: { resolve: ({ hrefs, projectId }) => links.resolve(hrefs, projectId), backlinks: () => [] },
  };
  const mayWrite = (documentId: string): boolean => {
    const its = documentKind(documentId);
    return its?.kind === 'note' && team.mayWrite(documentId) && notes.mayEdit(its.noteId);
  };
  return {
    calls: new LocalCalls(engineContract, handlers),
    DocumentSocket: documentSockets((socket, documentId) => {
      if (!documentIdPattern.test(documentId) || homeOf(documentId) !== current.teamId)
        return socket.close(closeCode.forbidden, 'a document of another team');
      serveDocument(socket, hub.open(documentId), { acks: false, mayWrite: () => mayWrite(documentId) });
    }),
    stop: () => {
      sync.stop();
      void inbox.close();
    },
  };
}

/** The record that is exported is made of an engine’s database. */
const noRows = { extent: () => ({ entries: 0, last: 0 }), after: () => [] };

const noDrafts = (): Promise<never> =>
  Promise.reject(new BenchmateError('NOT_SUPPORTED', 'Drafts are kept by an engine.', 'Install Benchmate for that.'));

/** A code that is read aloud is answered by a program that keeps running: no page is one. */
const nobodyListens = {
  isWaiting: false,
  close: () => {},
  offer: (): Promise<never> =>
    Promise.reject(
      new BenchmateError(
        'NOT_SUPPORTED',
        'A browser cannot answer for an invite that is read aloud.',
        'Send the link.',
      ),
    ),
};
