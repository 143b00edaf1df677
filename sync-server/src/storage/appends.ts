import type { Statement } from 'better-sqlite3';
import type { Store } from './database.ts';
import type { DiskHealth } from './disk-health.ts';

interface Waiting {
  name: string;
  update: Uint8Array;
  resolve: (number: number) => void;
  reject: (error: unknown) => void;
}

/**
 * A commit costs the processor more than passing an update on, however many updates it holds. So the next one waits for company;
 * what comes alone goes at once. An acknowledgement may take so much longer.
 */
const betweenCommitsMs = 8;
/** What is written at a time holds up the event loop: at most so much. */
const mostUpdates = 500;
const mostBytes = 512 * 1024;
/** Names of documents that need not be looked up. */
const mostNames = 10_000;

/** Writes updates of documents from the event loop: the way to another thread and back would cost more than the commit. */
export class Appends {
  readonly #store: Store;
  readonly #health: DiskHealth;
  readonly #numberOf: Statement<[string], number>;
  readonly #create: Statement<[string], number>;
  readonly #append: Statement<[number, Uint8Array]>;
  readonly #documents = new Map<string, number>();
  #waiting: Waiting[] = [];
  /** Groups that are not acknowledged yet. */
  #underWay = 0;
  #last: Promise<unknown> = Promise.resolve();
  #committedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  constructor(store: Store, health: DiskHealth) {
    this.#store = store;
    this.#health = health;
    const { db } = store;
    this.#numberOf = db.prepare<[string], number>('SELECT document FROM document WHERE name = ?').pluck();
    this.#create = db.prepare<[string], number>('INSERT INTO document (name) VALUES (?) RETURNING document').pluck();
    this.#append = db.prepare('INSERT INTO updates (document, data) VALUES (?, ?)');
  }

  /** Settles to the update's number when it is on the disk. Rejects with DISK_FULL or another coded error. */
  add(name: string, update: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ name, update, resolve, reject });
      this.#soon();
    });
  }

  /** Settles when everything that was added before can be read. */
  async committed(): Promise<void> {
    if (this.#waiting.length === 0 && this.#underWay === 0) return;
    this.#commitAll();
    await this.#store.committed();
  }

  /** Settles when everything that was added before is on the disk or refused. */
  async settled(): Promise<void> {
    this.#commitAll();
    await this.#last;
  }

  /** Writes so many bytes, and takes them back: whether there is space. */
  async tryOut(bytes: number): Promise<void> {
    const { db } = this.#store;
    try {
      await this.#store.write(() => {
        db.prepare("INSERT INTO meta (key, value) VALUES ('probe', ?)").run('x'.repeat(bytes));
        db.exec("DELETE FROM meta WHERE key = 'probe'");
      });
      this.#health.wrote();
    } catch (error) {
      this.#health.failed(error);
    }
  }

  async close(): Promise<void> {
    await this.settled();
    this.#store.close();
  }

  /** One group at a time: what comes while the disk works shares the next. */
  #soon(): void {
    if (this.#isDue || this.#timer !== undefined || this.#underWay > 0) return;
    const restMs = this.#committedAt + betweenCommitsMs - performance.now();
    if (restMs > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#commit();
      }, restMs);
      return;
    }
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#commit();
    });
  }

  #commitAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length > 0) this.#commit();
  }

  #commit(): void {
    const group = this.#next();
    if (group.length === 0) return;
    this.#underWay++;
    const done = this.#store
      .write(() => this.#write(group))
      .then(
        numbers => {
          this.#ended();
          this.#health.wrote();
          for (const [index, { resolve }] of group.entries()) resolve(numbers[index]!);
        },
        (error: unknown) => {
          this.#ended();
          this.#documents.clear(); // what was made in that transaction is not there
          this.#health.failed(error);
          for (const { reject } of group) reject(error);
        },
      );
    this.#last = this.#last.then(() => done);
    this.#store.flush();
    this.#committedAt = performance.now();
  }

  #ended(): void {
    this.#underWay--;
    if (this.#waiting.length > 0) this.#soon();
  }

  #next(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && count < mostUpdates && bytes < mostBytes)
      bytes += this.#waiting[count++]!.update.length;
    if (count === this.#waiting.length) {
      const all = this.#waiting;
      this.#waiting = [];
      return all;
    }
    return this.#waiting.splice(0, count);
  }

  #write(group: readonly Waiting[]): number[] {
    return group.map(({ name, update }) => Number(this.#append.run(this.#document(name), update).lastInsertRowid));
  }

  #document(name: string): number {
    const known = this.#documents.get(name);
    if (known !== undefined) return known;
    if (this.#documents.size >= mostNames) this.#documents.clear();
    const document = this.#numberOf.get(name) ?? this.#create.get(name)!;
    this.#documents.set(name, document);
    return document;
  }
}
