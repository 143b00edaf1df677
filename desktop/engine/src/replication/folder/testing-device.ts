import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type * as Y from 'yjs';
import { noteBody } from '@benchmate/shared/documents/note-document';
import type { Fact } from '@benchmate/shared/facts/entry';
import { deviceKeys, type DeviceKeys } from '@benchmate/shared/facts/keys';
import { systemClock } from '../../host/clock.ts';
import { openStore, type Store } from '../../storage/database.ts';
import { DocumentHub } from '../documents/hub.ts';
import { DocumentStore } from '../documents/store.ts';
import { FeedReplica } from '../feeds/replica.ts';
import { SecondHistories } from '../feeds/second-histories.ts';
import { stateFact } from '../feeds/state-fact.ts';
import { FeedStore } from '../feeds/store.ts';
import { gatherOwn } from './gather.ts';
import { listFolder } from './listing.ts';
import { noticeMissing } from './missing.ts';
import { deviceFolderName, teamFolderName } from './names.ts';
import { ReadProblems } from './problems.ts';
import { publishNew } from './publish.ts';
import type { Round } from './round.ts';
import { FolderStore } from './store.ts';
import { takeNew } from './take.ts';

/** The same for the same number. */
export const testKeys = (number: number): DeviceKeys => deviceKeys(new Uint8Array(32).fill(number));

/** For tests alone: one device with a real database and a real folder, whose looks into the folder come one by one. */
export class FolderDevice {
  readonly team: string;
  readonly keys: DeviceKeys;
  readonly path: string;
  readonly #file: string;
  readonly #stopped = new AbortController();
  /** Added to the clock. */
  laterMs = 0;
  store!: Store;
  folder!: FolderStore;
  hub!: DocumentHub;
  documents!: DocumentStore;
  replica!: FeedReplica;
  problems!: ReadProblems;
  secondHistories!: SecondHistories;

  constructor({ dir, name, team, keys }: { dir: string; name: string; team: string; keys: DeviceKeys }) {
    this.team = team;
    this.keys = keys;
    this.path = join(dir, `folder-${name}`);
    this.#file = join(dir, `${name}.db`);
    mkdirSync(this.root, { recursive: true });
  }

  get root(): string {
    return join(this.path, teamFolderName(this.team));
  }

  get own(): string {
    return deviceFolderName(this.keys.device);
  }

  /** As an engine that was killed and started again finds it. */
  async open(): Promise<this> {
    this.store = openStore(this.#file);
    this.documents = new DocumentStore(this.store);
    this.hub = new DocumentHub(this.store, this.documents);
    this.folder = new FolderStore(this.store);
    this.problems = new ReadProblems();
    this.secondHistories = new SecondHistories();
    const parts = { store: this.store, feeds: new FeedStore(this.store), keys: this.keys, clock: systemClock };
    this.replica = await FeedReplica.open(this.team, parts);
    return this;
  }

  use(): Promise<void> {
    return this.store.write(() => this.folder.use(this.team, { path: this.path, key: null }));
  }

  state(fact: Fact): Promise<unknown> {
    return stateFact(this.replica, systemClock, () => fact);
  }

  write(note: string, edit: (text: Y.Text) => void): Promise<void> {
    return this.hub.change(`${this.team}.note.${note}`, doc => edit(doc.getText('body')));
  }

  read(note: string): string {
    return this.hub.read(`${this.team}.note.${note}`, noteBody);
  }

  async look(thorough = false): Promise<void> {
    const { round } = this;
    const listing = await listFolder(this.root);
    this.problems.keep(new Set(listing.map(({ name }) => name)));
    await noticeMissing(round, listing, thorough);
    await takeNew(round, listing, true);
    await publishNew(round, listing);
    await gatherOwn(round, listing);
  }

  get round(): Round {
    const { store, folder, documents, hub, replica, problems, secondHistories, root, own } = this;
    const later = () => this.laterMs;
    const clock = {
      ...systemClock,
      now: () => systemClock.now() + later(),
      monotonic: () => systemClock.monotonic() + later(),
    };
    return {
      store,
      folder,
      documents,
      hub,
      replica,
      clock,
      lock: null,
      signal: this.#stopped.signal,
      root,
      own,
      problems,
      secondHistories,
    };
  }

  /** Everything that is shared, as text that is equal where it is equal. */
  shown(notes: readonly string[]): unknown {
    return {
      feeds: this.replica.stored,
      models: this.replica.registry.models.map(({ name }) => name).toSorted(),
      notes: notes.map(note => this.read(note)),
    };
  }
}
