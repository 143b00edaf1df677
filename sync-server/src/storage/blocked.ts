import type { Statement } from 'better-sqlite3';
import type { Store } from './database.ts';
import type { BlockedDevices } from './ports.ts';

/** Blocked devices in SQLite. */
export class SqliteBlocked implements BlockedDevices {
  readonly #store: Store;
  readonly #block: Statement<[string, number]>;
  readonly #unblock: Statement<[string]>;
  readonly #all: Statement<[], { device: string; at: number }>;

  constructor(store: Store) {
    this.#store = store;
    const { db } = store;
    this.#block = db.prepare('INSERT INTO blocked (device, at) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.#unblock = db.prepare('DELETE FROM blocked WHERE device = ?');
    this.#all = db.prepare('SELECT device, at FROM blocked ORDER BY at, device');
  }

  block(device: string, at: number): Promise<void> {
    return this.#store.write(() => {
      this.#block.run(device, at);
    });
  }

  unblock(device: string): Promise<boolean> {
    return this.#store.write(() => this.#unblock.run(device).changes > 0);
  }

  all(): Promise<{ device: string; at: number }[]> {
    return this.#store.read(() => this.#all.all());
  }
}
