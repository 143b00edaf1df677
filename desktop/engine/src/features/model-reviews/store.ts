import type { Store } from '../../storage/database.ts';

interface Mark {
  team: string;
  model: string;
  part: string;
  digest: string;
}

/** What this device has looked at; nobody else learns it. Methods that change something run inside `Store.write`. */
export class ViewedStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Part and digest with a line break between them. */
  marks(team: string, model: string): Set<string> {
    const rows = this.#store.db
      .prepare('SELECT part || char(10) || digest FROM review_viewed WHERE team = ? AND model = ?')
      .pluck()
      .all(team, model);
    return new Set(rows as string[]);
  }

  mark({ team, model, part, digest }: Mark, at: number): void {
    this.#store.db
      .prepare('INSERT OR REPLACE INTO review_viewed (team, model, part, digest, at) VALUES (?, ?, ?, ?, ?)')
      .run(team, model, part, digest, at);
  }

  unmark({ team, model, part, digest }: Mark): void {
    this.#store.db
      .prepare('DELETE FROM review_viewed WHERE team = ? AND model = ? AND part = ? AND digest = ?')
      .run(team, model, part, digest);
  }
}
