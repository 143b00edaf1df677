import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { inInboxOrder } from '@benchmate/shared/domain/inbox-order';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Thread } from '@benchmate/shared/domain/review';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { Announcement } from '@benchmate/shared/protocol/contract';
import type { Announcer } from '../../host/announcer.ts';
import type { Clock } from '../../host/clock.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { Slices } from '../../replication/feeds/slices.ts';
import type { TeamSync } from '../../replication/sync/team-sync.ts';
import type { Store } from '../../storage/database.ts';
import { forkItems, inviteItems, nextInviteChange, refusedFactItems } from './fact-items.ts';
import { fileItems } from './file-items.ts';
import { handlesOf, mentionItems, type Mention } from './mention-items.ts';
import { modelItems } from './model-items.ts';
import type { OrphanedThreads, ProjectFolder } from './orphans.ts';
import { pageOf } from './page.ts';
import type { InboxStore } from './store.ts';
import { patienceMs, sharingItems, type SharingState } from './sync-items.ts';
import { isMine, type Viewer } from './viewer.ts';

export interface InboxParts {
  store: Pick<Store, 'write'>;
  dismissals: Pick<InboxStore, keyof InboxStore>;
  /** Threads whose text is gone from its file. */
  orphans: Pick<OrphanedThreads, keyof OrphanedThreads>;
  clock: Clock;
  announcer: Announcer<InboxItem[]>;
  current: CurrentTeam;
  sync: TeamSync;
  /** What of this team waits for the server, and what people call its documents. */
  sharing: () => Omit<SharingState, 'sync' | 'refusals'>;
  threads: (projectId: string) => Thread[];
  onThread: (listener: (thread: Thread) => void) => unknown;
  /** Projects with a folder here. */
  projects: () => (ProjectFolder & { name: string; model: string | null })[];
  /** Notes and comments that mention one of these handles. */
  mentions: { of: (handles: readonly string[]) => Mention[]; onChange: (listener: () => void) => unknown };
  /** Webhooks that were switched off. */
  webhooks: () => InboxItem[];
  failed: (error: unknown) => void;
}

const soonMs = 100;
/** Files, and what has no announcement of its own, are looked at so often while somebody watches. */
const lookEveryMs = 20_000;
const mostClaims = 1000;

/** One list of what waits for this person, kept up to date while somebody watches it. Rules in SPEC.md. */
export class InboxService {
  readonly #parts: InboxParts;
  readonly #dismissals: InboxParts['dismissals'];
  readonly #orphans: InboxParts['orphans'];
  #models = new WeakMap<RegisteredModel, InboxItem[]>();
  #viewed = '';
  /** Entries of this person, of the team whose id stands first; the registry says what became of them. */
  #own: { teamId: string; people: string; entries: HeldEntry[] } | null = null;
  #orphaned: InboxItem[] = [];
  /** Null until it was made once. */
  #items: Map<string, InboxItem> | null = null;
  #ordered: InboxItem[] = [];
  #work: Promise<void> = Promise.resolve();
  #watching = 0;
  #soon = false;
  /** A thread changed since files were looked at. */
  #filesDue = false;
  #cancelLook = () => {};
  #closed = false;
  readonly #places = new Map<string, { path: string; line: number }>();
  readonly #claimed = new Set<string>();

  constructor(parts: InboxParts) {
    this.#parts = parts;
    this.#dismissals = parts.dismissals;
    this.#orphans = parts.orphans;
    const { current, sync } = parts;
    current.onEntries(added => {
      this.#own?.entries.push(...added.filter(({ entry }) => this.#isOwn(entry.author)));
      this.#wake();
    });
    current.onSwitch(() => {
      this.#orphans.forget();
      this.#filesDue = true;
      this.#wake();
    });
    sync.onChange(() => this.#wake());
    parts.mentions.onChange(() => this.#wake());
    parts.onThread(thread => {
      this.#orphans.changed(thread);
      this.#filesDue = true;
      this.#wake();
    });
  }

  async list(request: { project?: string | undefined; limit: number; cursor?: string | undefined }) {
    if (request.cursor === undefined) await this.#refresh(true);
    const wanted = request.project === undefined ? null : this.#spellings(request.project);
    const items = wanted
      ? this.#ordered.filter(({ project }) => project !== null && wanted.has(project))
      : this.#ordered;
    return pageOf(items, request);
  }

  async dismiss(itemId: string): Promise<InboxItem> {
    await this.#refresh(true);
    const item = this.#items?.get(itemId);
    if (!item)
      throw new BenchmateError('NOT_FOUND', 'Nothing of that id waits for you.', 'Look at the list: benchmate inbox');
    if (!item.dismissible)
      throw new BenchmateError('CONFLICT', `It is not settled by putting it away. ${item.sentence}`, item.next);
    const { store, clock, current } = this.#parts;
    await store.write(() => this.#dismissals.dismiss(current.teamId, itemId, clock.now()));
    await this.#refresh(false);
    return { ...item, settled: true };
  }

  /** Whether nobody has told this event yet; from now on somebody has. */
  claimNotice(eventId: string): boolean {
    if (this.#claimed.has(eventId)) return false;
    this.#claimed.add(eventId);
    for (const oldest of this.#claimed) {
      if (this.#claimed.size <= mostClaims) break;
      this.#claimed.delete(oldest);
    }
    return true;
  }

  async *changes(signal: AbortSignal, lastId?: string): AsyncGenerator<Announcement<InboxItem[]>> {
    if (this.#watching++ === 0) this.#look();
    try {
      yield* this.#parts.announcer.subscribe(signal, lastId);
    } finally {
      if (--this.#watching === 0) this.#cancelLook();
    }
  }

  /** What is under way ends; nothing new begins. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelLook();
    await this.#work;
  }

  #look(): void {
    void this.#refresh(true).catch(this.#parts.failed);
    const { clock, current, sync } = this.#parts;
    const now = clock.now();
    const { since, state } = sync.status();
    const next = [
      nextInviteChange(current.replica.registry, this.#own?.entries ?? [], now),
      state === 'offline' ? since + patienceMs : null,
    ].flatMap(at => (at !== null && at > now ? [at - now] : []));
    this.#cancelLook = clock.after(Math.min(lookEveryMs, ...next), () => this.#look());
  }

  #wake(): void {
    if (this.#watching === 0 || this.#soon) return;
    this.#soon = true;
    this.#parts.clock.after(soonMs, () => {
      this.#soon = false;
      void this.#refresh(this.#filesDue).catch(this.#parts.failed);
    });
  }

  /** One after the other: files are read in between. `files`: whether they are looked at, too. */
  #refresh(files: boolean): Promise<void> {
    const done = this.#work.then(() => this.#refreshNow(files));
    this.#work = done.catch(() => {});
    return done;
  }

  async #refreshNow(files: boolean): Promise<void> {
    if (this.#closed) return;
    const viewer = this.#viewer();
    if (files) this.#filesDue = false;
    if (files && viewer) this.#orphaned = await this.#orphans.items(this.#parts.projects(), viewer);
    const items = new Map((viewer ? await this.#collect(viewer) : []).map(item => [item.itemId, item]));
    for (const itemId of this.#dismissals.dismissed(this.#parts.current.teamId)) items.delete(itemId);
    const before = this.#items;
    const changed = [...items.values()].filter(item => !isSame(item, before?.get(item.itemId)));
    const gone = [...(before?.values() ?? [])].filter(({ itemId }) => !items.has(itemId));
    this.#items = items;
    if (changed.length + gone.length === 0) return;
    this.#ordered = inInboxOrder(items.values());
    if (before === null) return; // who watches reads the list first
    this.#parts.announcer.announce([...changed, ...gone.map(item => ({ ...item, settled: true as const }))]);
  }

  async #collect(viewer: Viewer): Promise<InboxItem[]> {
    const { current, clock, sync, sharing, webhooks, mentions } = this.#parts;
    const { replica } = current;
    const { registry } = replica;
    const now = clock.now();
    const slices = new Slices();
    const ofModels: InboxItem[] = [];
    for (const model of registry.models) {
      ofModels.push(...this.#ofModel(model, viewer));
      if (slices.isOver) await slices.giveWay();
    }
    return [
      ...sharingItems({ ...sharing(), sync: sync.status(), refusals: sync.refusals() }, now),
      ...forkItems(replica.feeds.forks(), registry, viewer, replica.keys.device),
      ...ofModels,
      ...fileItems(registry.fileReviews(), viewer, this.#parts.projects()),
      ...refusedFactItems(this.#ownEntries(viewer), registry),
      ...mentionItems(mentions.of(handlesOf(viewer)), viewer, this.#placeOf),
      ...this.#orphaned,
      ...webhooks(),
      ...inviteItems(registry, this.#ownEntries(viewer), now),
    ];
  }

  /** A model that did not change is the same object: what it asks is known. */
  #ofModel(model: RegisteredModel, viewer: Viewer): InboxItem[] {
    const known = this.#models.get(model);
    if (known) return known;
    const items = modelItems(model, viewer);
    this.#models.set(model, items);
    return items;
  }

  /** Where a thread was first seen; it stays on its file. */
  readonly #placeOf = (projectId: string, threadId: string): { path: string; line: number } => {
    if (!this.#places.has(threadId))
      for (const { threadId: its, path, anchor } of this.#parts.threads(projectId))
        this.#places.set(its, { path, line: anchor.line });
    return this.#places.get(threadId) ?? { path: '', line: 0 };
  };

  #viewer(): Viewer | null {
    const { replica } = this.#parts.current;
    const { membership, policies } = replica.registry;
    const me = membership.members.find(({ device }) => device === replica.keys.device);
    if (!me) return null;
    const viewed = JSON.stringify([replica.teamId, me, membership.members, policies]);
    if (viewed !== this.#viewed) {
      this.#models = new WeakMap();
      this.#orphans.lookAgain();
    }
    this.#viewed = viewed;
    return { me, members: membership.members, policies };
  }

  #ownEntries(viewer: Viewer): readonly HeldEntry[] {
    const { replica } = this.#parts.current;
    const mine = viewer.members.filter(({ device }) => isMine(viewer, device)).map(({ device }) => device);
    const people = mine.join(' ');
    if (this.#own?.teamId !== replica.teamId || this.#own.people !== people) {
      const entries = replica.registry.entries.filter(({ entry }) => mine.includes(entry.author));
      this.#own = { teamId: replica.teamId, people, entries };
    }
    return this.#own.entries;
  }

  #isOwn(author: string): boolean {
    return this.#own?.people.split(' ').includes(author) ?? false;
  }

  /** Everything that a project is called in items. */
  #spellings(project: string): Set<string> {
    const its = this.#parts
      .projects()
      .filter(({ projectId, name, model }) => [projectId, name, model].includes(project))
      .flatMap(({ projectId, name, model }) => [projectId, name, ...(model === null ? [] : [model.split('.', 1)[0]!])]);
    return new Set([project, ...its]);
  }
}

const isSame = (item: InboxItem, known: InboxItem | undefined): boolean =>
  item === known || (known !== undefined && JSON.stringify(item) === JSON.stringify(known));
