import type { Store } from '../../storage/database.ts';
import type { DirectAddress } from './address.ts';
import type { Side } from './wire.ts';

/** An address that counts until it is forgotten. */
export interface RememberedAddress extends DirectAddress {
  /** The device that it serves, once one entered; null where this device connects. */
  peer: string | null;
}

/** Where this device waits, and what it connects to, over a restart. Methods that change something run inside `store.write`. */
export class DirectStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Null where there is none, and where what is there is of another team. */
  read(side: Side, team: string): RememberedAddress | null {
    const row = this.#store.db
      .prepare<[string, string], RememberedAddress>(
        'SELECT host, port, team, secret, peer FROM direct WHERE side = ? AND team = ?',
      )
      .get(side, team);
    return row ? { ...row, secret: new Uint8Array(row.secret) } : null;
  }

  set(side: Side, { host, port, team, secret, peer }: RememberedAddress): void {
    this.#store.db
      .prepare('INSERT OR REPLACE INTO direct (side, team, host, port, secret, peer) VALUES (?, ?, ?, ?, ?, ?)')
      .run(side, team, host, port, secret, peer);
  }

  /** Whose the address is that this device waits at. */
  setPeer(peer: string): void {
    this.#store.db.prepare("UPDATE direct SET peer = ? WHERE side = 'listening'").run(peer);
  }

  forget(side: Side): void {
    this.#store.db.prepare('DELETE FROM direct WHERE side = ?').run(side);
  }
}
