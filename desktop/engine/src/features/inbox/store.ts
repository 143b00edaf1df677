import type { Store } from '../../storage/database.ts';

/** What the person put away. Methods that change something run inside `Store.write`. */
export class InboxStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  dismissed(team: string): Set<string> {
    const rows = this.#store.db.prepare('SELECT item_id FROM inbox_dismissed WHERE team = ?').pluck().all(team);
    return new Set(rows as string[]);
  }

  dismiss(team: string, itemId: string, at: number): void {
    this.#store.db
      .prepare('INSERT OR REPLACE INTO inbox_dismissed (team, item_id, at) VALUES (?, ?, ?)')
      .run(team, itemId, at);
  }
}
