import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { isPrivate } from '@benchmate/shared/documents/document-id';
import type { Store } from '../../storage/database.ts';
import type { DocumentKeeper } from './store.ts';

/** A shared document while somebody uses it. Release it exactly once. */
export interface OpenDocument {
  readonly id: string;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  /** Settles when everything applied so far is committed; rejects when the disk refuses it. */
  committed(): Promise<void>;
  /** Number of the latest update that was written on this device; see `markShared`. */
  latestLocal(): number;
  release(): void;
}

interface Loaded {
  doc: Y.Doc;
  awareness: Awareness;
  leases: number;
  logLength: number;
  latestLocal: number;
  /** A write did not reach the disk: the next one must carry the whole state, or what it writes would rest on what is nowhere. */
  behind: boolean;
  /** Number of a local update whose mark was refused together with it. */
  unmarked: number | null;
  /** The sync server has committed local updates up to this number. */
  sharedUpTo: number;
  commit: Promise<void>;
  /** It was taken away: what is still written in memory is kept nowhere. */
  removed: boolean;
}

export type OpenListener = (documentId: string, doc: Y.Doc) => void;

const compactAfterUpdates = 200;

/**
 * The Yjs documents of this device: loaded when first used, every update persisted, unloaded when nobody uses them.
 *
 * Loading is synchronous, so nobody ever sees a document before its stored content. Each load has a new client id:
 * an update that reached a teammate and was lost here (kill -9 before the commit) comes back without a clash.
 */
export class DocumentHub {
  readonly #store: Pick<Store, 'write'>;
  readonly #documents: DocumentKeeper;
  readonly #loaded = new Map<string, Loaded>();
  readonly #remotes = new WeakSet<object>();
  readonly #openListeners = new Set<OpenListener>();
  readonly #localListeners = new Set<(documentId: string) => void>();

  constructor(store: Pick<Store, 'write'>, documents: DocumentKeeper) {
    this.#store = store;
    this.#documents = documents;
  }

  /** `listener` is called for each document when it is loaded, and at once for those that are: the place to observe. */
  onOpen(listener: OpenListener): () => void {
    this.#openListeners.add(listener);
    for (const [id, { doc }] of this.#loaded) listener(id, doc);
    return () => this.#openListeners.delete(listener);
  }

  /** `listener` is called after each update that was written on this device. */
  onLocalUpdate(listener: (documentId: string) => void): () => void {
    this.#localListeners.add(listener);
    return () => this.#localListeners.delete(listener);
  }

  /** Updates applied with this transaction origin come from the sync server: they do not wait to be shared. */
  markRemote(origin: object): void {
    this.#remotes.add(origin);
  }

  /** The sync server committed the local updates up to `number`, whatever became of them here. */
  async markShared(id: string, number: number): Promise<void> {
    const loaded = this.#loaded.get(id);
    if (loaded) {
      loaded.sharedUpTo = Math.max(loaded.sharedUpTo, number);
      if ((loaded.unmarked ?? Infinity) <= number) loaded.unmarked = null;
    }
    await this.#store.write(() => this.#documents.markShared(id, number));
  }

  open(id: string): OpenDocument {
    const loaded = this.#loaded.get(id) ?? this.#load(id);
    loaded.leases++;
    let released = false;
    return {
      id,
      doc: loaded.doc,
      awareness: loaded.awareness,
      committed: () => this.#committed(id, loaded),
      latestLocal: () => loaded.latestLocal,
      release: () => {
        if (released) return;
        released = true;
        loaded.leases--;
        this.#unload(id, loaded);
      },
    };
  }

  read<T>(id: string, look: (doc: Y.Doc) => T): T {
    const document = this.open(id);
    try {
      return look(document.doc);
    } finally {
      document.release();
    }
  }

  /** One transaction; settles after its commit. */
  async change<T>(id: string, edit: (doc: Y.Doc) => T): Promise<T> {
    const document = this.open(id);
    try {
      const result = document.doc.transact(() => edit(document.doc), this);
      await document.committed();
      return result;
    } finally {
      document.release();
    }
  }

  /** Takes a document of this device alone away for good, in one commit with what was changed before in this turn. */
  async remove(id: string): Promise<void> {
    const loaded = this.#loaded.get(id);
    if (loaded) loaded.removed = true;
    try {
      await this.#store.write(() => this.#documents.remove(id));
    } catch (error) {
      if (loaded) Object.assign(loaded, { removed: false, behind: true });
      throw error;
    }
  }

  #load(id: string): Loaded {
    const doc = new Y.Doc();
    const { updates, logLength } = this.#documents.load(id);
    doc.transact(() => {
      for (const update of updates) Y.applyUpdate(doc, update);
    });
    const awareness = new Awareness(doc);
    awareness.setLocalState(null); // an engine is nobody: presence is the editors' alone
    const latestLocal = this.#documents.unshared(id).at(-1) ?? 0;
    const loaded: Loaded = {
      doc,
      awareness,
      leases: 0,
      logLength,
      latestLocal,
      behind: false,
      unmarked: null,
      sharedUpTo: 0,
      commit: Promise.resolve(),
      removed: false,
    };
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      const remote = typeof origin === 'object' && origin !== null && this.#remotes.has(origin);
      // What stays here does not wait to be shared.
      this.#persist(id, loaded, update, remote || isPrivate(id) ? null : ++loaded.latestLocal);
      if (!remote) for (const listener of this.#localListeners) listener(id);
    });
    this.#loaded.set(id, loaded);
    for (const listener of this.#openListeners) listener(id, doc);
    return loaded;
  }

  #persist(id: string, loaded: Loaded, update: Uint8Array | null, unshared: number | null): void {
    if (loaded.removed) return;
    const whole = update === null || loaded.behind || loaded.logLength >= compactAfterUpdates;
    const mark = unshared ?? loaded.unmarked;
    loaded.behind = false;
    loaded.unmarked = null;
    loaded.logLength = whole ? 0 : loaded.logLength + 1;
    loaded.commit = this.#store.write(() => {
      const isBehind = loaded.behind; // by what was refused since this was asked for, perhaps in this very commit
      if (isBehind) loaded.logLength = 0;
      loaded.behind = true;
      if (whole || isBehind) this.#documents.compact(id, Y.encodeStateAsUpdate(loaded.doc));
      else this.#documents.append(id, update);
      if (mark !== null) this.#documents.markUnshared(id, mark, update?.length ?? 0);
      loaded.behind = false;
    });
    loaded.commit.catch(() => {
      loaded.behind = true; // whoever waits for `committed` hears of it
      if (mark !== null && mark > loaded.sharedUpTo) loaded.unmarked = mark;
    });
  }

  async #committed(id: string, loaded: Loaded): Promise<void> {
    if (loaded.behind) this.#persist(id, loaded, null, null);
    await loaded.commit;
  }

  /** Only after the last commit: until then the memory is the only place that has the update. */
  #unload(id: string, loaded: Loaded): void {
    if (loaded.leases > 0) return;
    const { commit } = loaded;
    commit.then(
      () => {
        if (loaded.leases > 0 || loaded.commit !== commit || this.#loaded.get(id) !== loaded) return;
        if (loaded.behind) {
          this.#persist(id, loaded, null, null);
          return this.#unload(id, loaded);
        }
        this.#loaded.delete(id);
        loaded.doc.destroy();
      },
      () => {},
    );
  }
}
