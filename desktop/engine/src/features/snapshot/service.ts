import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { applyUpdate } from 'yjs';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Note } from '@benchmate/shared/domain/note';
import type { Thread } from '@benchmate/shared/domain/review';
import { canonical } from '@benchmate/shared/facts/entry-hash';
import type { SnapshotTaken, SnapshotWritten } from '@benchmate/shared/protocol/snapshot';
import { snapshotFolder } from '@benchmate/shared/snapshot/places';

import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { FeedReplica } from '../../replication/feeds/replica.ts';
import { snapshotContents } from './contents.ts';
import { readSnapshotFile, snapshotFiles, writeSnapshotFile } from './folder.ts';
import type { Guest } from './guest.ts';
import { fingerprintOf, readFolder, type ReadSnapshot } from './read-folder.ts';

export interface SnapshotProjects {
  /** Where a project lies on this machine; null where it has no folder. */
  folderOf: (projectId: string) => string | null;
  /** Projects that ask for a snapshot whenever something changes. */
  automatic: () => string[];
}

export interface SnapshotParts {
  hub: DocumentHub;
  current: CurrentTeam;
  projects: Pick<SnapshotProjects, 'folderOf'>;
  notes: { list: (projectId: string) => Note[] };
  reviews: { threads: (place: { projectId: string }) => Thread[] };
  /** Whether this device may write into a document of the team. */
  mayWrite: (documentId: string) => boolean;
  guest: Guest;
  openReplica: (team: string) => Promise<FeedReplica>;
}

/** The text snapshot of a project for git, out and in (SPEC.md). */
export class SnapshotService {
  readonly #parts: SnapshotParts;
  /** The origin of what is taken where nobody may write: it does not wait to be shared. */
  readonly #asReader = {};
  /** Fingerprints of files, by folder and path, of which everything is here. */
  readonly #known = new Map<string, string>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
    parts.hub.markRemote(this.#asReader);
  }

  read(projectId: string): Promise<SnapshotTaken> {
    return this.#inTurn(async () => {
      const taken = await this.#takeIn(projectId);
      if (taken) return taken;
      throw new BenchmateError(
        'NOT_FOUND',
        `The project has no snapshot in ${snapshotFolder}.`,
        'Whoever has its notes writes one with `benchmate snapshot write`.',
      );
    });
  }

  write(projectId: string): Promise<SnapshotWritten> {
    return this.#inTurn(async () => {
      const dir = this.#folder(projectId);
      const taken = (await this.#takeIn(projectId)) ?? { entries: 0, documents: 0, asGuest: false, refused: [] };
      const { hub, current } = this.#parts;
      const present = new Set((await snapshotFiles(dir))?.map(({ path }) => path));
      const written = { files: 0, changed: 0 };
      for (const { path, text } of snapshotContents(hub, current.replica, {
        team: current.teamId,
        project: projectId,
      })) {
        written.files++;
        this.#known.set(`${current.teamId} ${dir} ${path}`, fingerprintOf(text));
        if (present.has(path) && (await readSnapshotFile(dir, path)) === text) continue;
        await writeSnapshotFile(dir, path, text);
        written.changed++;
      }
      return { dir: join(dir, snapshotFolder), ...written, taken };
    });
  }

  view(projectId: string): { hash: string; notes: number; threads: number; versions: number } {
    const { notes, reviews, current } = this.#parts;
    const { models, policies, membership } = current.replica.registry;
    const shown = {
      notes: notes.list(projectId),
      threads: reviews.threads({ projectId }),
      models,
      policies,
      members: membership.members,
    };
    return {
      hash: createHash('sha256').update(canonical(shown)).digest('hex'),
      notes: shown.notes.length,
      threads: shown.threads.length,
      versions: models.reduce((sum, { versions }) => sum + versions.length, 0),
    };
  }

  /** Null without a snapshot. */
  async #takeIn(projectId: string): Promise<SnapshotTaken | null> {
    const dir = this.#folder(projectId);
    const { current } = this.#parts;
    const snapshot = await readFolder({
      dir,
      projectId,
      feedsOf: team => (team === current.teamId ? current.replica.feeds : null),
      isKnown: (path, fingerprint, team) => this.#known.get(`${team} ${dir} ${path}`) === fingerprint,
    });
    if (!snapshot) return null;
    const asGuest = snapshot.head.team !== current.teamId;
    const replica = asGuest ? await this.#otherTeam(snapshot) : current.replica;
    const { added, rejected, gap } = await replica.receive(snapshot.entries.map(({ entry }) => entry));
    if (asGuest) await this.#parts.guest.lookInto(replica);
    let documents = 0;
    for (const document of snapshot.documents) if (await this.#takeDocument(document)) documents++;
    if (!gap && rejected.length === 0)
      for (const [path, fingerprint] of snapshot.files)
        this.#known.set(`${snapshot.head.team} ${dir} ${path}`, fingerprint);
    const refused = [...new Set(rejected)];
    if (gap) refused.push('Facts that come before some of these are missing in the snapshot.');
    return { entries: added.length, documents, asGuest, refused };
  }

  /** A team that this device is not in: it may look into it where nothing of its own goes out of sight (G9). */
  async #otherTeam({ head, entries }: ReadSnapshot): Promise<FeedReplica> {
    if (!this.#parts.guest.hasNothingOfItsOwn())
      throw new BenchmateError(
        'CONFLICT',
        'The snapshot is of another team than the one that this device works in.',
        'Join that team by an invite, or look at the snapshot with an engine of its own: add --data-dir DIR.',
      );
    if (!entries.some(({ hash }) => hash === head.team))
      throw new BenchmateError(
        'BAD_REQUEST',
        'The snapshot lacks the entry that founded its team: nothing was taken.',
        'Have it written again.',
      );
    return this.#parts.openReplica(head.team);
  }

  /** Whether it changed anything. */
  async #takeDocument({ documentId, states }: ReadSnapshot['documents'][number]): Promise<boolean> {
    const { hub, mayWrite } = this.#parts;
    const open = hub.open(documentId);
    let changed = false;
    const noticed = () => (changed = true);
    open.doc.on('update', noticed);
    try {
      const origin = mayWrite(documentId) ? this : this.#asReader;
      for (const state of states) applyUpdate(open.doc, state, origin);
      await open.committed();
      return changed;
    } finally {
      open.doc.off('update', noticed);
      open.release();
    }
  }

  #folder(projectId: string): string {
    const dir = this.#parts.projects.folderOf(projectId);
    if (dir !== null) return dir;
    throw new BenchmateError(
      'NOT_FOUND',
      `The project ${projectId} has no folder on this machine.`,
      'Clone its repository, then run the command in it.',
    );
  }

  /** One after the other: two that write one folder would each find half of the other's. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}
