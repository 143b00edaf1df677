import { join } from 'node:path';
import type * as Y from 'yjs';
import type { SyncStatus } from '@benchmate/shared/domain/team';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Entry, Fact } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { Registry } from '@benchmate/shared/facts/registry';
import { systemClock } from '../../../desktop/engine/src/host/clock.ts';
import { nativeDeviceKeys } from '../../../desktop/engine/src/host/native-keys.ts';
import { DocumentHub } from '../../../desktop/engine/src/replication/documents/hub.ts';
import { DocumentStore } from '../../../desktop/engine/src/replication/documents/store.ts';
import { CurrentTeam } from '../../../desktop/engine/src/replication/feeds/current-team.ts';
import { FeedReplica } from '../../../desktop/engine/src/replication/feeds/replica.ts';
import { stateFact } from '../../../desktop/engine/src/replication/feeds/state-fact.ts';
import { FeedStore } from '../../../desktop/engine/src/replication/feeds/store.ts';
import { TeamSync } from '../../../desktop/engine/src/replication/sync/team-sync.ts';
import { openStore, type Store } from '../../../desktop/engine/src/storage/database.ts';
import type { Scene } from '../kernel/stage.ts';
import type { SimProcess } from '../kernel/world.ts';
import { Machine } from './machine.ts';
import type { TeamMember } from './team.ts';
import type { Templates } from './templates.ts';

/** An update that was written by an engine, and what became of it as far as that engine was told. */
export interface Written {
  mark: string;
  documentId: string;
  engine: string;
  at: number;
  /** The engine said that it is stored. */
  isStored: boolean;
  /** The engine said that the sync server has it, also after a restart. */
  isShared: boolean;
  number: number;
}

export interface StatedFact {
  item: HeldEntry;
  engine: string;
  isShared: boolean;
}

export interface EngineParts {
  member: TeamMember;
  /** How the team came to be. */
  founding: readonly Entry[];
  scene: Scene;
  templates: Templates;
  serverUrl: string;
}

interface Running {
  store: Store;
  documents: DocumentStore;
  hub: DocumentHub;
  replica: FeedReplica;
  sync: TeamSync;
}

/** What an engine has of storage, documents, feeds and replication, composed as the engine composes it. */
export class EngineMachine extends Machine {
  readonly member: TeamMember;
  readonly written: Written[] = [];
  readonly stated: StatedFact[] = [];
  readonly #founding: readonly Entry[];
  readonly #serverUrl: string;
  #running: Running | null = null;
  #paused = false;
  /** Highest number of an own entry that was shown as shared in this life. */
  #confirmed = 0;
  #count = 0;

  constructor({ member, founding, scene, templates, serverUrl }: EngineParts) {
    super(member.name, scene);
    this.member = member;
    this.#founding = founding;
    this.#serverUrl = serverUrl;
    templates.engine(scene.disk.folder(this.name));
  }

  protected override async run(process: SimProcess): Promise<void> {
    const store = openStore(join(this.scene.disk.folder(this.name), 'benchmate.db'));
    const documents = new DocumentStore(store);
    const hub = new DocumentHub(store, documents);
    const teamId = this.member.teamId;
    const feeds = new FeedStore(store);
    const keys = nativeDeviceKeys(this.member.keys.seed);
    const replica = await FeedReplica.open(teamId, { store, feeds, keys, clock: systemClock });
    if (replica.feeds.entries().length === 0) await this.#learn(replica);
    const current = new CurrentTeam(replica);
    const warn = (sentence: string) => this.scene.world.note(`warns: ${sentence}`, this.name);
    const sync = new TeamSync({ documents, hub, clock: systemClock, current, warn });
    if (!process.alive) return;
    this.#running = { store, documents, hub, replica, sync };
    this.#confirmed = 0;
    process.onDeath(() => {
      this.#noteShared();
      this.#running = null;
    });
    this.#checkStored();
    sync.configure({ serverUrl: this.#serverUrl, paused: this.#paused });
  }

  /** A disk that is full takes the team's beginning later. */
  async #learn(replica: FeedReplica): Promise<void> {
    while (replica.feeds.entries().length === 0)
      await replica.receive(this.#founding).catch(() => new Promise(resolve => setTimeout(resolve, 200)));
  }

  get isReady(): boolean {
    return this.#running !== null;
  }

  get status(): SyncStatus | null {
    return this.#running?.sync.status() ?? null;
  }

  get registry(): Registry | null {
    return this.#running?.replica.registry ?? null;
  }

  get entries(): HeldEntry[] {
    return this.#running?.replica.feeds.entries() ?? [];
  }

  /** What it stated and the sync server has, as it knows. */
  get sharedFacts(): Fact[] {
    const { device } = this.member.keys;
    const shared = this.#running?.replica.shared[device] ?? 0;
    return this.entries.flatMap(({ entry }) => (entry.author === device && entry.seq <= shared ? [entry.fact] : []));
  }

  get documentIds(): string[] {
    return this.#running?.documents.list(this.member.teamId) ?? [];
  }

  read<T>(documentId: string, look: (doc: Y.Doc) => T): T | null {
    return this.#running?.hub.read(documentId, look) ?? null;
  }

  /**
   * Changes a document as an editor does, in one transaction without an origin, and leaves a mark that nobody ever takes away. An
   * editor may be closed before what it wrote is stored.
   */
  write(documentId: string, edit: (doc: Y.Doc) => void, closesAtOnce = false): void {
    this.turn(() => {
      const { hub, store, documents } = this.#running ?? {};
      if (!hub || !store || !documents) return;
      const mark = `${this.name}${++this.#count}`;
      const document = hub.open(documentId);
      document.doc.transact(() => {
        document.doc.getMap('marks').set(mark, true);
        edit(document.doc);
      });
      const { world } = this.scene;
      world.note(`writes ${mark} into ${documentId.slice(44)}`);
      const written: Written = {
        mark,
        documentId,
        engine: this.name,
        at: world.now,
        isStored: false,
        isShared: false,
        number: document.latestLocal(),
      };
      this.written.push(written);
      const stored = document.committed();
      if (closesAtOnce) document.release();
      stored
        .then(
          () => (written.isStored = true),
          () => world.note(`could not store ${mark}`),
        )
        .finally(() => document.release());
    });
  }

  state(describe: (registry: Registry) => Fact): void {
    this.turn(() => {
      const { replica } = this.#running ?? {};
      if (!replica) return;
      stateFact(replica, systemClock, describe).then(
        item => {
          this.scene.world.note(`stated ${item.entry.fact.kind} ${item.entry.seq}`, this.name);
          this.stated.push({ item, engine: this.name, isShared: false });
        },
        (error: unknown) => {
          const refused = error instanceof BenchmateError ? error.code : String(error);
          this.scene.world.note(`may not state: ${refused}`, this.name);
        },
      );
    });
  }

  /** States without asking whether it may, as a changed program would. */
  stateUnchecked(fact: Fact): void {
    this.turn(() => {
      this.#running?.replica
        .append(() => fact)
        .then(
          ({ entry }) => this.scene.world.note(`stated unasked ${entry.fact.kind} ${entry.seq}`, this.name),
          () => {},
        );
    });
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.turn(() => this.#running?.sync.configure({ serverUrl: this.#serverUrl, paused }));
  }

  /** What is not shared yet, in words. */
  waiting(): string {
    const { documents, replica } = this.#running!;
    const updates = this.documentIds.flatMap(id => {
      const numbers = documents.unshared(id);
      return numbers.length > 0 ? [`updates ${numbers.join(', ')} of ${id.slice(44)}`] : [];
    });
    return [...updates, ...(replica.unshared > 0 ? [`${replica.unshared} entries`] : [])].join(', ') + ' not shared';
  }

  /** What the engine shows as shared now. */
  noteShared(): void {
    if (this.#running && this.isRunning) this.#noteShared();
  }

  #noteShared(): void {
    const { documents, replica } = this.#running!;
    for (const written of this.written)
      if (written.isStored && !written.isShared)
        written.isShared = !documents.unshared(written.documentId).includes(written.number);
    const shared = replica.shared[this.member.keys.device] ?? 0;
    if (shared < this.#confirmed)
      this.scene.world.failures.push(
        `S1: ${this.name} was told that its entry ${this.#confirmed} is shared, and shows only ${shared} as shared.`,
      );
    this.#confirmed = shared;
    for (const stated of this.stated) if (stated.item.entry.seq <= shared) stated.isShared = true;
  }

  /** After a start, before anybody else brought anything: what was stored is there. */
  #checkStored(): void {
    const { hub, replica } = this.#running!;
    for (const { mark, documentId, isStored } of this.written)
      if (isStored && !hub.read(documentId, doc => doc.getMap('marks').has(mark)))
        this.scene.world.failures.push(`D1/D2: ${this.name} had stored ${mark}, and does not show it after a restart.`);
    const held = new Set(replica.feeds.entries().map(({ hash }) => hash));
    for (const { item } of this.stated)
      if (!held.has(item.hash))
        this.scene.world.failures.push(
          `F1: ${this.name} had stored its entry ${item.entry.seq}, and does not have it after a restart.`,
        );
  }
}
