import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** Keys are texts in the order of their characters. */
interface Tables extends DBSchema {
  setting: { key: string; value: unknown };
  'feed-entry': { key: string; value: unknown };
  'feed-fork': { key: string; value: unknown };
  'document-snapshot': { key: string; value: unknown };
  'document-update': { key: string; value: unknown };
  'document-unshared': { key: string; value: unknown };
  'review-viewed': { key: string; value: unknown };
  'inbox-dismissed': { key: string; value: unknown };
}
export type Table = keyof {
  [T in keyof Tables as string extends T ? never : T]: true;
};

const tables: readonly Table[] = [
  'setting',
  'feed-entry',
  'feed-fork',
  'document-snapshot',
  'document-update',
  'document-unshared',
  'review-viewed',
  'inbox-dismissed',
];

interface Change {
  table: Table;
  key: string;
  /** Absent: the row goes. */
  value?: unknown;
  /** The row must not be there: another page of this browser may have written it. */
  isNew?: true;
  before: unknown;
}

/**
 * The rows of a replica in this browser's IndexedDB, held in memory as well, so that reading takes no turn. As in an engine's
 * database `write` is the only way to change something, and settles after the commit.
 */
export class BrowserStore {
  readonly #db: IDBPDatabase<Tables>;
  readonly #rows: Map<Table, Map<string, unknown>>;
  #changes: Change[] | null = null;
  #ended: BenchmateError | null = null;

  private constructor(db: IDBPDatabase<Tables>, rows: Map<Table, Map<string, unknown>>) {
    this.#db = db;
    this.#rows = rows;
  }

  static async open(name: string): Promise<BrowserStore> {
    const db = await openDB<Tables>(name, 1, {
      upgrade: opened => {
        for (const table of tables) opened.createObjectStore(table);
      },
    });
    const rows = new Map<Table, Map<string, unknown>>();
    for (const table of tables) {
      const [keys, values] = await Promise.all([db.getAllKeys(table), db.getAll(table)]);
      rows.set(table, new Map(keys.map((key, index) => [key, values[index]])));
    }
    return new BrowserStore(db, rows);
  }

  get(table: Table, key: string): unknown {
    return this.#rows.get(table)!.get(key);
  }

  /** Rows whose keys begin so; those of one beginning in the order in which they were written. */
  *from<T>(table: Table, beginning: string): Generator<[string, T], void> {
    for (const [key, value] of this.#rows.get(table)!) if (key.startsWith(beginning)) yield [key, value as T];
  }

  /** These four only inside `write`. */
  put(table: Table, key: string, value: unknown): void {
    this.#change({ table, key, value, before: this.get(table, key) });
  }

  add(table: Table, key: string, value: unknown): void {
    this.#change({ table, key, value, isNew: true, before: this.get(table, key) });
  }

  delete(table: Table, key: string): void {
    this.#change({ table, key, before: this.get(table, key) });
  }

  deleteFrom(table: Table, beginning: string): void {
    for (const [key] of this.from(table, beginning)) this.delete(table, key);
  }

  async write<T>(work: () => T): Promise<T> {
    if (this.#ended) throw this.#ended;
    if (this.#changes) return work(); // belongs to what is being written
    const changes: Change[] = [];
    this.#changes = changes;
    let result: T;
    try {
      result = work();
    } catch (error) {
      this.#takeBack(changes);
      throw error;
    } finally {
      this.#changes = null;
    }
    if (changes.length > 0) await this.#commit(changes);
    return result;
  }

  /** Nothing is written from now on: another page does. */
  end(reason: BenchmateError): void {
    this.#ended ??= reason;
    this.#db.close();
  }

  async #commit(changes: readonly Change[]): Promise<void> {
    const meant = [...new Set(changes.map(({ table }) => table))];
    try {
      const transaction = this.#db.transaction(meant, 'readwrite', { durability: 'strict' });
      const asked = changes.map(({ table, key, value, isNew }): Promise<unknown> => {
        const store = transaction.objectStore(table);
        if (value === undefined) return store.delete(key);
        return isNew ? store.add(value, key) : store.put(value, key);
      });
      await Promise.all([...asked, transaction.done]);
    } catch (cause) {
      this.#takeBack(changes);
      this.end(
        this.#ended ??
          new BenchmateError(
            'DISK_FULL',
            'This browser did not keep what was written: its storage is full, or another page wrote at the same time.',
            'Reload the page; free some space if that does not help.',
            { cause },
          ),
      );
      throw this.#ended;
    }
  }

  #change(change: Change): void {
    if (!this.#changes) throw new Error('A change belongs into `write`.');
    this.#changes.push(change);
    this.#set(change.table, change.key, change.value);
  }

  #takeBack(changes: readonly Change[]): void {
    for (const { table, key, before } of changes.toReversed()) this.#set(table, key, before);
  }

  #set(table: Table, key: string, value: unknown): void {
    const rows = this.#rows.get(table)!;
    if (value === undefined) rows.delete(key);
    else rows.set(key, value);
  }
}

/** A number as a part of a key: texts of one length are in the order of the numbers. */
export const inOrder = (number: number): string => String(number).padStart(12, '0');
