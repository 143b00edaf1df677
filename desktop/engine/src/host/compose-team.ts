import type { Note } from '@benchmate/shared/domain/note';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Thread } from '@benchmate/shared/domain/review';
import { documentIdPattern, teamOf } from '@benchmate/shared/documents/document-id';
import { acksSubprotocol, closeCode } from '@benchmate/shared/protocol/document-wire';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { BundlesService } from '../features/bundles/service.ts';
import { NotesService } from '../features/notes/service.ts';
import { RegistryService } from '../features/registry/service.ts';
import { ReviewsService } from '../features/reviews/service.ts';
import { openCurrentTeam } from '../features/team/found.ts';
import { writeAutomatically } from '../features/snapshot/automatic.ts';
import { Guest } from '../features/snapshot/guest.ts';
import { SnapshotService, type SnapshotProjects } from '../features/snapshot/service.ts';
import { TeamService } from '../features/team/service.ts';
import { TeamProjects } from '../features/team/shared-projects.ts';
import { TeamStore } from '../features/team/store.ts';
import { DocumentHub } from '../replication/documents/hub.ts';
import { serveDocument } from '../replication/documents/local-socket.ts';
import { DocumentStore } from '../replication/documents/store.ts';
import type { CurrentTeam } from '../replication/feeds/current-team.ts';
import { FeedReplica } from '../replication/feeds/replica.ts';
import { FeedStore } from '../replication/feeds/store.ts';
import { TeamSync } from '../replication/sync/team-sync.ts';
import { Announcer } from './announcer.ts';
import type { Host } from './host.ts';
import { keyPlaceFor, loadIdentity } from './identity.ts';

export interface TeamFeatures {
  team: TeamService;
  registry: RegistryService;
  /** What the team shares about projects. */
  shared: TeamProjects;
  notes: NotesService;
  reviews: ReviewsService;
  current: CurrentTeam;
  sync: TeamSync;
  bundles: BundlesService;
  makeSnapshot: (projects: SnapshotProjects) => SnapshotService;
}

/** Identity, feeds, documents and their replication, and the features that are made of facts and documents alone. */
export async function composeTeam(host: Host): Promise<TeamFeatures> {
  const { store, clock, random, log, sockets } = host;
  const { dataDir } = host;
  const identity = await loadIdentity({ dataDir, random, prefer: keyPlaceFor(dataDir) });
  const settings = new TeamStore(store);
  const feeds = new FeedStore(store);
  const documents = new DocumentStore(store);
  const hub = new DocumentHub(store, documents);
  const base = { store, clock, random, identity, settings, feeds, documents, hub, keys: identity.keys };
  const current = await openCurrentTeam(base);
  const sync = new TeamSync({ ...base, current, warn: sentence => log.warn(sentence) });
  host.onStop(() => sync.stop());
  const team = new TeamService({ ...base, current, sync, announcer: new Announcer<TeamState>(host.epoch) });
  const registry = new RegistryService({
    current,
    clock,
    random,
    announcer: new Announcer<RegisteredModel>(host.epoch),
  });
  sockets.register({
    path: '/documents/',
    rule: 'token',
    open(socket, _request, { rest }) {
      if (!documentIdPattern.test(rest)) return socket.close(closeCode.badRequest, 'not a document id');
      if (teamOf(rest) !== current.teamId) return socket.close(closeCode.forbidden, 'a document of another team');
      // After joining another team an editor must not go on writing into the former one.
      socket.on(
        'close',
        current.onSwitch(() => socket.close(closeCode.forbidden, 'a document of another team')),
      );
      const acks = socket.protocol === acksSubprotocol;
      serveDocument(socket, hub.open(rest), { acks, mayWrite: () => team.mayWrite(rest) });
    },
  });
  const shared = new TeamProjects({ hub, current, author: project => team.author(project) });
  const parts = {
  host.onStop(() => team.stop());
  host.lifetime.stayWhile('spoken invites', () => team.isAwaited);
    hub,
    current,
    clock,
    random,
    projects: shared,
    author: (projectId?: string) => team.author(projectId),
  };
  const notes = new NotesService({ ...parts, announcer: new Announcer<Note>(host.epoch) });
  const reviews = new ReviewsService({ ...parts, announcer: new Announcer<Thread>(host.epoch) });
  const bundles = new BundlesService({ ...base, current });
  const makeSnapshot = (snapshotProjects: SnapshotProjects) => {
    const snapshot = new SnapshotService({
      ...parts,
      projects: snapshotProjects,
      notes,
      reviews,
      mayWrite: documentId => team.mayWrite(documentId),
      guest: new Guest({ ...base, current, sync }),
      openReplica: teamId => FeedReplica.open(teamId, base),
    });
    const failed = (error: unknown) => log.warn(error, 'a snapshot could not be written');
    writeAutomatically({ hub, current, clock, projects: snapshotProjects.automatic, snapshot, failed });
    return snapshot;
  };
  host.lifetime.stayWhile('bundles', () => bundles.isBusy());
  host.onStop(() => bundles.close());
  return { team, registry, shared, notes, reviews, current, sync, bundles, makeSnapshot };
}
