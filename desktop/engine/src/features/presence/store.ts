import type { Store } from '../../storage/database.ts';

/** The switch of this device's person. */
export class PresenceStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** On until it is turned off. */
  isTold(): boolean {
    const read = this.#store.db.prepare<[], string>("SELECT value FROM team_setting WHERE key = 'presence'").pluck();
    return read.get() !== 'no';
  }

  setTold(told: boolean): Promise<void> {
    return this.#store.write(
      () =>
        void this.#store.db
          .prepare(
            "INSERT INTO team_setting (key, value) VALUES ('presence', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
          )
          .run(told ? 'yes' : 'no'),
    );
  }
}
