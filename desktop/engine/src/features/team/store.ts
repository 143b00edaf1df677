import type { Store } from '../../storage/database.ts';

export interface TeamSettings {
  /** Team that this device works in; absent before the first start. */
  teamId: string | null;
  serverUrl: string | null;
  paused: boolean;
}

/** Which team this device works in, and how it is connected. */
export class TeamStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  read(): TeamSettings {
    const rows = this.#store.db
      .prepare<[], { key: string; value: string }>('SELECT key, value FROM team_setting')
      .all();
    const values = new Map(rows.map(({ key, value }) => [key, value]));
    return {
      teamId: values.get('team') ?? null,
      serverUrl: values.get('server') ?? null,
      paused: values.get('paused') === 'yes',
    };
  }

  write({ teamId, serverUrl, paused }: TeamSettings): Promise<void> {
    return this.#store.write(() => this.set({ teamId, serverUrl, paused }));
  }

  /** Inside `store.write`. */
  set({ teamId, serverUrl, paused }: TeamSettings): void {
    this.#store.db.prepare("DELETE FROM team_setting WHERE key IN ('team', 'server', 'paused')").run();
    const insert = this.#store.db.prepare('INSERT INTO team_setting (key, value) VALUES (?, ?)');
    if (teamId !== null) insert.run('team', teamId);
    if (serverUrl !== null) insert.run('server', serverUrl);
    insert.run('paused', paused ? 'yes' : 'no');
  }
}
