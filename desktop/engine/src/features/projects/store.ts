import type { Store } from '../../storage/database.ts';

/** Which projects this machine has, and in which folders; everything else about them stands in their own files. */
export class ProjectsStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A project that moved keeps its id; a folder that became another project belongs to the new one. */
  remember(projectId: string, dir: string, openedAt: number): Promise<void> {
    const { db } = this.#store;
    return this.#store.write(() => {
      db.prepare('DELETE FROM project WHERE dir = ? AND project_id <> ?').run(dir, projectId);
      db.prepare(
        `INSERT INTO project (project_id, dir, opened_at) VALUES (?, ?, ?)
         ON CONFLICT (project_id) DO UPDATE SET dir = excluded.dir, opened_at = excluded.opened_at`,
      ).run(projectId, dir, openedAt);
    });
  }

  /** Last opened first. */
  list(): { projectId: string; dir: string }[] {
    return this.#store.db
      .prepare<[], { projectId: string; dir: string }>(
        'SELECT project_id AS projectId, dir FROM project ORDER BY opened_at DESC',
      )
      .all();
  }
}
