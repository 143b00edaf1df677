import * as Y from 'yjs';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { allows, heldBy } from '@benchmate/shared/facts/rights';
import type { Random } from '../../host/clock.ts';
import type { DocumentHub } from '../documents/hub.ts';
import type { CurrentTeam } from '../feeds/current-team.ts';
import type { KeyRing } from './key-ring.ts';
import { nameOf, openUpdate, sealUpdate, type Opened } from './sealed-update.ts';

export interface SealedDocumentsParts {
  hub: DocumentHub;
  current: CurrentTeam;
  ring: KeyRing;
  random: Random;
  warn: (sentence: string) => void;
}

/** How an encrypted document stands here. */
export interface SealedState {
  /** Parts of it are under a key that this device was not given yet. */
  locked: boolean;
  /** Why parts of it were not taken; empty when all is well. */
  refused: string;
}

interface Known {
  /** Sealed updates whose content is in the clear document. */
  taken: Set<string>;
  refused: Map<string, string>;
  locked: boolean;
  /** Whether the clear document was compared with what the sealed updates say, since the engine started. */
  compared: boolean;
}

/** Sealed updates give way to one that says the same when there are more. Opening a document reads all of them. */
const compactAbove = 64;

/**
 * Keeps two documents for each that is encrypted: the sealed one, which is replicated, and the clear one, which stays here and is
 * what editors open (shared/src/documents/document-id.ts). What is written into the clear one is sealed in the same turn, so both
 * are in one commit, and the sealed one's counters say what the server has (S1). What arrives sealed is verified, opened and applied.
 *
 * The server merges sealed documents like all others without reading them; that they stay small is up to their writers, who put one
 * sealed state in the place of the updates that it holds.
 */
export class SealedDocuments {
  readonly #parts: SealedDocumentsParts;
  readonly #known = new Map<string, Known>();
  readonly #listeners = new Set<(clearId: string) => void>();
  /** Origin of what comes out of sealed updates. */
  readonly #opening = {};

  constructor(parts: SealedDocumentsParts) {
    this.#parts = parts;
    parts.hub.onOpen((documentId, doc) => {
      const [first, second, project = '', name = ''] = documentId.split('.');
      const { teamId } = parts.current;
      if (first === teamId && second === 'sealed') {
        const take = () => this.#take(project, name);
        doc.getArray('entries').observe(event => {
          if (event.transaction.origin !== this) take();
        });
        take();
      }
      if (first === 'clear' && second === teamId) {
        // Loading it brings what arrived meanwhile.
        parts.hub.open(documentIds.sealed(teamId, project, name)).release();
        doc.on('update', (update: Uint8Array, origin: unknown) => {
          if (origin !== this.#opening) this.#seal(project, name, update);
        });
      }
    });
    parts.current.onSwitch(() => this.#known.clear());
    parts.ring.onKeys(() => this.#openAgain());
  }

  /** `listener` is called when it changed whether a document is locked or something of it was refused. */
  onState(listener: (clearId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stateOf(project: string, name: string): SealedState {
    const { hub, current } = this.#parts;
    const sealedId = documentIds.sealed(current.teamId, project, name);
    if (!this.#known.has(sealedId)) hub.open(sealedId).release();
    const known = this.#knownOf(sealedId);
    const why = [...new Set(known.refused.values())].join('; ');
    const refused =
      why && `${known.refused.size} ${known.refused.size === 1 ? 'change was' : 'changes were'} not taken: ${why}.`;
    return { locked: known.locked, refused };
  }

  #openAgain(): void {
    for (const [sealedId, { locked, compared }] of this.#known) {
      const [, , project = '', name = ''] = sealedId.split('.');
      if (locked || !compared) this.#take(project, name);
    }
  }

  /** Applies what is new in a sealed document, as far as this device has the keys. */
  #take(project: string, name: string): void {
    const { hub, current } = this.#parts;
    const sealedId = documentIds.sealed(current.teamId, project, name);
    const known = this.#knownOf(sealedId);
    const before = JSON.stringify([known.locked, known.refused.size]);
    const entries = hub.read(sealedId, entriesOf);
    const opened = entries.map(entry =>
      known.taken.has(nameOf(entry)) && known.compared ? null : this.#open(entry, project, name),
    );
    known.locked = opened.some(each => each?.kind === 'locked');
    const clear = hub.open(documentIds.clear(current.teamId, project, name));
    try {
      for (const [at, entry] of entries.entries())
        this.#apply(clear.doc, { known, sealedId, hash: nameOf(entry) }, opened[at]!);
      if (!known.locked && !known.compared) this.#compare({ project, name, known, doc: clear.doc }, opened);
    } finally {
      clear.release();
    }
    if (JSON.stringify([known.locked, known.refused.size]) === before) return;
    for (const listener of this.#listeners) listener(clear.id);
  }

  #open(entry: Uint8Array, project: string, name: string): Opened {
    const { current, ring } = this.#parts;
    const { members } = current.replica.registry.membership;
    return openUpdate(entry, {
      documentId: documentIds.sealed(current.teamId, project, name),
      keyOf: keyId => ring.find(project, keyId),
      isMember: device => members.some(member => member.device === device),
    });
  }

  #apply(
    doc: Y.Doc,
    { known, sealedId, hash }: { known: Known; sealedId: string; hash: string },
    opened: Opened | null,
  ): void {
    if (opened?.kind === 'update' && !known.taken.has(hash)) {
      try {
        Y.applyUpdate(doc, opened.update, this.#opening);
        known.taken.add(hash);
      } catch {
        opened = { kind: 'refused', why: 'it is no change of a document' };
      }
    }
    if (opened?.kind !== 'refused' || known.refused.has(hash)) return;
    known.refused.set(hash, opened.why);
    this.#parts.warn(`A change of the encrypted document ${sealedId} was not taken: ${opened.why}.`);
  }

  /** What was written here while there was no key to seal it with, also before a crash, is sealed now. */
  #compare(
    { project, name, known, doc }: { project: string; name: string; known: Known; doc: Y.Doc },
    opened: readonly (Opened | null)[],
  ): void {
    if (!this.#parts.ring.toSealWith(project) || !this.#mayWrite(project)) return;
    known.compared = true;
    const told = new Y.Doc();
    told.transact(() => {
      for (const each of opened) if (each?.kind === 'update') Y.applyUpdate(told, each.update);
    });
    if (!Y.equalSnapshots(Y.snapshot(told), Y.snapshot(doc)))
      this.#seal(project, name, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(told)));
    told.destroy();
  }

  /** What whoever may only read seals would wait here for ever. */
  #mayWrite(project: string): boolean {
    const { replica } = this.#parts.current;
    const { members } = replica.registry.membership;
    const me = members.find(({ active, device }) => active && device === replica.keys.device);
    return me !== undefined && allows('documents.write', heldBy(me, members), project);
  }

  #seal(project: string, name: string, update: Uint8Array): void {
    const { hub, current, ring } = this.#parts;
    const sealedId = documentIds.sealed(current.teamId, project, name);
    const known = this.#knownOf(sealedId);
    const named = ring.toSealWith(project);
    if (!named) {
      known.compared = false;
      return;
    }
    const sealed = hub.open(sealedId);
    try {
      const entries = entriesOf(sealed.doc);
      const isLong = entries.length >= compactAbove && !known.locked;
      const whole = () => hub.read(documentIds.clear(current.teamId, project, name), Y.encodeStateAsUpdate);
      const entry = this.#sealed(isLong ? whole() : update, sealedId, named);
      sealed.doc.transact(() => {
        const array = sealed.doc.getArray<Uint8Array>('entries');
        if (isLong)
          for (let at = entries.length - 1; at >= 0; at--)
            if (known.taken.has(nameOf(entries[at]!))) array.delete(at, 1);
        array.push([entry]);
      }, this);
      known.taken.add(nameOf(entry));
    } finally {
      sealed.release();
    }
  }

  #sealed(update: Uint8Array, documentId: string, named: { keyId: string; key: Uint8Array }): Uint8Array {
    const { current, random } = this.#parts;
    return sealUpdate(update, { documentId, named, author: current.replica.keys, nonce: random(12) });
  }

  #knownOf(sealedId: string): Known {
    const known = this.#known.get(sealedId) ?? { taken: new Set(), refused: new Map(), locked: false, compared: false };
    this.#known.set(sealedId, known);
    return known;
  }
}

/** Anything may stand in a document that the server could change. */
const entriesOf = (doc: Y.Doc): Uint8Array[] =>
  doc
    .getArray('entries')
    .toArray()
    .filter(entry => entry instanceof Uint8Array);
