import type { Store } from '../../storage/database.ts';

/** A run that came from a teammate's device. */
export interface ReceivedRun {
  runId: string;
  team: string;
  /** Device. */
  author: string;
  since: number;
  at: number;
  thinned: boolean;
  digest: string;
}

type Row = Omit<ReceivedRun, 'thinned'> & { thinned: number };

export class ReceivedRunsStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  find(runId: string): ReceivedRun | undefined {
    const row = this.#store.db
      .prepare<[string], Row>(
        'SELECT run_id AS runId, team, author, since, at, thinned, digest FROM shared_run WHERE run_id = ?',
      )
      .get(runId);
    return row && { ...row, thinned: row.thinned === 1 };
  }

  ids(): string[] {
    return this.#store.db.prepare<[], string>('SELECT run_id FROM shared_run').pluck().all();
  }

  /** Part of a write. */
  keep({ thinned, ...run }: ReceivedRun): void {
    this.#store.db
      .prepare(
        `INSERT OR REPLACE INTO shared_run (run_id, team, author, since, at, thinned, digest)
         VALUES (@runId, @team, @author, @since, @at, @thinned, @digest)`,
      )
      .run({ ...run, thinned: thinned ? 1 : 0 });
  }
}
