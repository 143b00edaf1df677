import { documentIds } from '@benchmate/shared/documents/document-id';
import type { NoteHead } from '@benchmate/shared/documents/project-document';
import type { Clock } from '../../host/clock.ts';
import { documentKind } from '../../replication/documents/document-kind.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import { Slices } from '../../replication/feeds/slices.ts';
import type { Store } from '../../storage/database.ts';
import { commentEntries, namedIn, noteDocument, noteEntry, titleEntry, type Entry } from './entries.ts';
import { isDamage } from './damage.ts';
import type { TextStore } from './store.ts';

interface Parts {
  store: Store;
  hub: DocumentHub;
  texts: TextStore;
  clock: Clock;
  failed: (error: unknown) => void;
}

/** What one look at a document found; a head that is new has its note's document looked at with it. */
interface Look {
  entries: Map<string, Entry[]>;
  due: string[];
}

const soonMs = 300;
const longestRestMs = 10_000;
/** Whoever asks while a rest is longer than this is answered from what is there. */
const shortRestMs = 1000;
/** Documents in one commit. */
const atOnce = 32;
/** So many new notes of a project at a time. */
const notesAtOnce = 500;
/** So many of them with their texts at once; those of more are looked at one by one. */
const textsAtOnce = 8;

/**
 * Keeps the index up to date, off everybody's way: the database marks a document that changed, a moment later it alone is looked
 * at. A long one rests for fifty times as long as that took: typing in it is not held up by reading it again and again. What was
 * marked stays so until it is indexed.
 */
export class TextIndexer {
  readonly #parts: Parts;
  readonly #texts: TextStore;
  readonly #listeners = new Set<() => void>();
  #work: Promise<void> = Promise.resolve();
  #running = false;
  #soon = false;
  #restMs = soonMs;
  #restsUntil = 0;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#texts = parts.texts;
    parts.hub.onOpen((_id, doc) => doc.on('update', () => this.#wake()));
  }

  /** `listener` is called after something was indexed. */
  onIndexed(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** After a start: what changed, and was not looked at before the end. */
  start(): void {
    this.#wake();
  }

  /** Settles when nothing waits, after `patienceMs`, or at once during a rest; gives how many documents wait then. */
  async settled(patienceMs: number): Promise<number> {
    const waiting = this.#texts.isThere ? this.#texts.countDue() : null;
    const isResting = this.#restMs > shortRestMs && this.#parts.clock.monotonic() < this.#restsUntil;
    if (waiting === 0 || (waiting !== null && isResting)) return waiting;
    const done = this.#run();
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const cancel = this.#parts.clock.after(patienceMs, resolve);
    await Promise.race([done, enough]);
    cancel();
    return this.#texts.countDue();
  }

  /** Everything anew. */
  async rebuild(): Promise<number> {
    await this.#work;
    await this.#parts.store.write(() => this.#texts.reset());
    await this.#run();
    return this.#texts.countEntries();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#work;
  }

  #wake(): void {
    if (this.#soon || this.#closed) return;
    this.#soon = true;
    this.#parts.clock.after(this.#restMs, () => {
      this.#soon = false;
      void this.#run();
    });
  }

  /** One at a time; whoever asks while it runs waits for the same end. */
  #run(): Promise<void> {
    if (this.#running || this.#closed) return this.#work;
    this.#running = true;
    this.#work = this.#catchUp()
      .catch(error => this.#parts.failed(error))
      .finally(() => (this.#running = false));
    return this.#work;
  }

  async #catchUp(): Promise<void> {
    const { store, clock } = this.#parts;
    if (!this.#texts.isThere) await store.write(() => this.#texts.reset());
    let [busyMs, looked] = [0, 0]; // busy itself: while it waits for the disk or gives way, others work
    const busy = <T>(work: () => T): T => {
      const began = performance.now();
      const result = work();
      busyMs += performance.now() - began;
      return result;
    };
    for (let due = this.#texts.due(atOnce); due.length > 0 && !this.#closed; due = this.#texts.due(atOnce)) {
      const slices = new Slices();
      const looks: { documentId: string; mark: number; look: Look }[] = [];
      for (const next of due) {
        looks.push({ ...next, look: busy(() => this.#look(next.documentId)) });
        if (slices.isOver) await slices.giveWay();
      }
      await this.#write(() => busy(() => this.#keep(looks)));
      for (const listener of this.#listeners) listener();
      looked += looks.length;
      await slices.giveWay();
    }
    this.#restMs = Math.min(longestRestMs, Math.max(soonMs, (busyMs * 50) / Math.max(1, looked)));
    this.#restsUntil = clock.monotonic() + this.#restMs;
  }

  #keep(looks: readonly { documentId: string; mark: number; look: Look }[]): void {
    for (const { documentId, mark, look } of looks) {
      for (const [of, entries] of look.entries) this.#texts.replace(of, entries);
      this.#texts.looked({ documentId, mark });
      for (const id of look.due) this.#texts.markDue(id);
    }
  }

  async #write(work: () => void): Promise<void> {
    const { store } = this.#parts;
    try {
      await store.write(work);
    } catch (error) {
      if (!isDamage(error)) throw error;
      await store.write(() => this.#texts.reset());
    }
  }

  #look(documentId: string): Look {
    const { hub } = this.#parts;
    const its = documentKind(documentId);
    if (its?.kind === 'project') return this.#lookAtProject(documentId, its);
    if (its?.kind === 'threads') return { entries: new Map([[documentId, commentEntries(hub, documentId)]]), due: [] };
    const known = its?.kind === 'note' ? this.#texts.noteIn(documentId) : null;
    // A note whose project has not named it (yet) is nobody's.
    if (!known) return { entries: new Map(), due: [] };
    const head = {
      noteId: known.itemId,
      title: known.title,
      author: known.author,
      createdAt: known.at,
      about: known.about,
    };
    return { entries: new Map([[documentId, [noteEntry(hub, known.team, known.project, head)]]]), due: [] };
  }

  /** Notes that are new, gone, or have another name, and threads that nobody could place before. */
  #lookAtProject(documentId: string, { teamId, projectId }: { teamId: string; projectId: string }): Look {
    const { hub } = this.#parts;
    const { notes, threads } = namedIn(hub, documentIds.project(teamId, projectId));
    const known = new Map(this.#texts.notesOf(teamId, projectId).map(row => [row.documentId, row]));
    const entries = new Map<string, Entry[]>();
    const added: NoteHead[] = [];
    for (const head of notes) {
      const its = noteDocument(teamId, projectId, head.noteId);
      const row = known.get(its);
      known.delete(its);
      const same = row?.title === head.title && row.at === head.createdAt && row.author === JSON.stringify(head.author);
      if (same) continue;
      if (row) entries.set(its, [noteEntry(hub, teamId, projectId, head)]);
      else added.push(head);
    }
    for (const gone of known.keys()) entries.set(gone, []);
    const due = threads.filter(id => !this.#texts.hasEntries(id));
    for (const head of added.slice(0, notesAtOnce)) {
      const its = noteDocument(teamId, projectId, head.noteId);
      const isFew = added.length <= textsAtOnce;
      entries.set(its, [isFew ? noteEntry(hub, teamId, projectId, head) : titleEntry(teamId, projectId, head)]);
      if (!isFew) due.push(its);
    }
    return { entries, due: added.length > notesAtOnce ? [...due, documentId] : due };
  }
}
