import type { Draft } from '@benchmate/shared/domain/draft';
import type { Note } from '@benchmate/shared/domain/note';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Thread } from '@benchmate/shared/domain/review';
import { documentIdPattern, homeOf, projectOfDocument, teamOf } from '@benchmate/shared/documents/document-id';
import { acksSubprotocol, closeCode } from '@benchmate/shared/protocol/document-wire';
import type { EncryptionState } from '@benchmate/shared/protocol/encryption';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { BundlesService } from '../features/bundles/service.ts';
import { DraftsService } from '../features/drafts/service.ts';
import { sharingOf } from '../features/inbox/sharing.ts';
import type { SharingState } from '../features/inbox/sync-items.ts';
import { JoinByFileService } from '../features/join-by-file/service.ts';
import { EncryptionService } from '../features/encryption/service.ts';
import { NotesService } from '../features/notes/service.ts';
import { RegistryService } from '../features/registry/service.ts';
import { ReviewsService } from '../features/reviews/service.ts';
import { openCurrentTeam } from '../features/team/found.ts';
import { writeAutomatically } from '../features/snapshot/automatic.ts';
import { Guest } from '../features/snapshot/guest.ts';
import { SnapshotService, type SnapshotProjects } from '../features/snapshot/service.ts';
import { SpokenCodes } from '../features/team/spoken/spoken-codes.ts';
import { TeamService } from '../features/team/service.ts';
import { TeamProjects } from '../features/team/shared-projects.ts';
import { TeamStore } from '../features/team/store.ts';
import { documentKind } from '../replication/documents/document-kind.ts';
import { DocumentHub } from '../replication/documents/hub.ts';
import { serveDocument } from '../replication/documents/local-socket.ts';
import { DocumentStore } from '../replication/documents/store.ts';
import type { CurrentTeam } from '../replication/feeds/current-team.ts';
import { DirectSharing } from '../replication/direct/direct-sharing.ts';
import { FeedReplica } from '../replication/feeds/replica.ts';
import { FeedStore } from '../replication/feeds/store.ts';
import { FolderStore } from '../replication/folder/store.ts';
import { TeamFolder } from '../replication/folder/team-folder.ts';
import { KeyRing } from '../replication/sealed/key-ring.ts';
import { SealedDocuments } from '../replication/sealed/sealed-documents.ts';
import { TeamSync } from '../replication/sync/team-sync.ts';
import { Announcer } from './announcer.ts';
import type { Host } from './host.ts';
import { keyPlaceFor, loadIdentity } from './load-identity.ts';

export interface TeamFeatures {
  team: TeamService;
  registry: RegistryService;
  /** What the team shares about projects. */
  shared: TeamProjects;
  notes: NotesService;
  reviews: ReviewsService;
  drafts: DraftsService;
  encryption: EncryptionService;
  hub: DocumentHub;
  ring: KeyRing;
  /** Documents of the current team that are stored here. */
  storedDocuments: () => string[];
  current: CurrentTeam;
  sync: TeamSync;
  folder: TeamFolder;
  direct: DirectSharing;
  bundles: BundlesService;
  joinByFile: JoinByFileService;
  /** What waits for the sync server. */
  sharing: () => Omit<SharingState, 'sync' | 'refusals'>;
  makeSnapshot: (projects: SnapshotProjects) => SnapshotService;
}

/** Identity, feeds, documents and their replication, and the features that are made of facts and documents alone. */
export async function composeTeam(host: Host): Promise<TeamFeatures> {
  const { store, clock, random, log, sockets } = host;
  const { dataDir } = host;
  const identity = host.identity ?? (await loadIdentity({ dataDir, random, prefer: keyPlaceFor(dataDir) }));
  const settings = new TeamStore(store);
  const feeds = new FeedStore(store);
  const documents = new DocumentStore(store);
  const hub = new DocumentHub(store, documents);
  const base = { store, clock, random, identity, settings, feeds, documents, hub, keys: identity.keys };
  const current = await openCurrentTeam(base);
  const ring = new KeyRing(current);
  const sealed = new SealedDocuments({ hub, current, ring, random, warn: sentence => log.warn(sentence) });
  const warn = (sentence: string) => log.warn(sentence);
  const folder = new TeamFolder({ ...base, current, folder: new FolderStore(store), warn });
  host.onStop(() => folder.close());
  const direct = new DirectSharing({ ...base, current, dataDir: host.dataDir, warn });
  host.onStop(() => direct.close());
  host.lifetime.stayWhile('direct sharing', () => direct.isBusy);
  const sync = new TeamSync({ ...base, current, ways: { folder, direct }, warn });
  direct.resume();
  host.onStop(() => sync.stop());
  const team = new TeamService({
    ...base,
    current,
    sync,
    announcer: new Announcer<TeamState>(host.epoch),
    spoken: isOpen => new SpokenCodes({ ...base, isOpen }),
  });
  host.onStop(() => team.stop());
  host.lifetime.stayWhile('spoken invites', () => team.isAwaited);
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
      if (homeOf(rest) !== current.teamId) return socket.close(closeCode.forbidden, 'a document of another team');
      // After joining another team an editor must not go on writing into the former one.
      socket.on(
        'close',
        current.onSwitch(() => socket.close(closeCode.forbidden, 'a document of another team')),
      );
      const acks = socket.protocol === acksSubprotocol;
      if (teamOf(rest) !== 'draft')
        return serveDocument(socket, hub.open(rest), { acks, mayWrite: () => mayWrite(rest) });
      const gone = () => socket.close(closeCode.forbidden, 'no draft any more');
      if (!drafts.isOpen(rest)) return gone();
      socket.on(
        'close',
        drafts.onLeaving(documentId => documentId === rest && gone()),
      );
      serveDocument(socket, hub.open(rest), { acks, mayWrite: () => drafts.isOpen(rest) });
    },
  });
  /** What an editor writes leaves this device as private as the project has it, or not at all. */
  const mayWrite = (documentId: string): boolean => {
    const its = documentKind(documentId);
    const project = projectOfDocument(documentId);
    if (!team.mayWrite(documentId) || its?.kind === 'sealed' || its?.kind === 'run') return false;
    if (teamOf(documentId) === 'clear') return project !== null && ring.toWriteWith(project) !== null;
    if (its?.kind === 'note') return notes.mayEdit(its.noteId);
    return its?.kind !== 'threads' || !ring.isEncrypted(its.projectId);
  };
  const shared = new TeamProjects({ hub, current, author: project => team.author(project) });
  const parts = {
    hub,
    current,
    ring,
    sealed,
    clock,
    random,
    projects: shared,
    author: (projectId?: string) => team.author(projectId),
  };
  const notes = new NotesService({ ...parts, announcer: new Announcer<Note>(host.epoch) });
  const reviews = new ReviewsService({ ...parts, announcer: new Announcer<Thread>(host.epoch) });
  const drafts = new DraftsService({ ...base, ...parts, notes, reviews, announcer: new Announcer<Draft>(host.epoch) });
  const encryption = new EncryptionService({
    ...parts,
    announcer: new Announcer<EncryptionState>(host.epoch),
    failed: error => log.warn(error, 'keys for notes could not be tended'),
  });
  host.onStop(() => encryption.close());
  await encryption.start();
  await drafts.finishPublications();
  const sharing = () => sharingOf({ current, documents, feeds, hub, projects: () => shared.list() });
  const bundles = new BundlesService({ ...base, current });
  const joinByFile = new JoinByFileService({ ...base, current, sync, folder, state: () => team.state() });
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
  return {
    team,
    registry,
    shared,
    notes,
    reviews,
    drafts,
    encryption,
    hub,
    ring,
    storedDocuments: () => documents.list(current.teamId),
    current,
    sync,
    folder,
    direct,
    bundles,
    joinByFile,
    sharing,
    makeSnapshot,
  };
}
