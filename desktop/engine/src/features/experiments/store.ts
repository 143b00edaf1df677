import type { Sqlite } from '../../storage/database.ts';
import type { Condition, Order, ViewType } from '../search/condition.ts';
import { and, compare, keyed, lifecycleClause, type Sql } from '../search/sql.ts';
import type { Experiment } from './experiment.ts';

type Row = Omit<Experiment, 'tags' | 'experimentId'> & { experimentId: number; tags: string };

const select = `SELECT e.experiment_id AS experimentId, e.name, e.artifact_location AS artifactLocation, e.lifecycle,
  e.created_at AS createdAt, e.updated_at AS updatedAt,
  (SELECT json_group_object(key, value) FROM experiment_tag t WHERE t.experiment_id = e.experiment_id) AS tags
  FROM experiment e`;

const columns: Record<string, string> = {
  name: 'e.name',
  experiment_id: 'e.experiment_id',
  creation_time: 'e.created_at',
  last_update_time: 'e.updated_at',
};

export class ExperimentsStore {
  readonly #db: Sqlite;

  constructor(db: Sqlite) {
    this.#db = db;
  }

  get(experimentId: number): Experiment | undefined {
    return this.#one(`${select} WHERE e.experiment_id = ?`, experimentId);
  }

  getByName(name: string): Experiment | undefined {
    return this.#one(`${select} WHERE e.name = ?`, name);
  }

  /** The new experiment's id. */
  insert(name: string, artifactLocation: string, at: number): number {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO experiment (name, artifact_location, created_at, updated_at) VALUES (?, ?, ?, ?)')
      .run(name, artifactLocation, at, at);
    return Number(lastInsertRowid);
  }

  setArtifactLocation(experimentId: number, location: string): void {
    this.#db.prepare('UPDATE experiment SET artifact_location = ? WHERE experiment_id = ?').run(location, experimentId);
  }

  rename(experimentId: number, name: string, at: number): void {
    this.#db
      .prepare('UPDATE experiment SET name = ?, updated_at = ? WHERE experiment_id = ?')
      .run(name, at, experimentId);
  }

  /** Its runs go and come back with it. */
  setLifecycle(experimentId: number, lifecycle: Experiment['lifecycle'], at: number): void {
    this.#db
      .prepare('UPDATE experiment SET lifecycle = ?, updated_at = ? WHERE experiment_id = ?')
      .run(lifecycle, at, experimentId);
    this.#db.prepare('UPDATE run SET lifecycle = ? WHERE experiment_id = ?').run(lifecycle, experimentId);
  }

  setTag(experimentId: number, key: string, value: string): void {
    this.#db
      .prepare('INSERT INTO experiment_tag VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
      .run(experimentId, key, value);
  }

  deleteTag(experimentId: number, key: string): boolean {
    const deleted = this.#db.prepare('DELETE FROM experiment_tag WHERE experiment_id = ? AND key = ?');
    return deleted.run(experimentId, key).changes > 0;
  }

  /** Number of the newest. */
  newest(): number {
    return this.#db.prepare<[], number>('SELECT ifnull(max(experiment_id), 0) FROM experiment').pluck().get() ?? 0;
  }

  search(query: {
    conditions: readonly Condition[];
    order: readonly Order[];
    view: ViewType;
    limit: number;
    offset: number;
    upTo: number;
  }): Experiment[] {
    const where = and(query.conditions.map(clause));
    const order = query.order.map(({ key, ascending }) => `${columns[key]} ${ascending ? 'ASC' : 'DESC'}`);
    // Ids ascend where nobody asks for an order, and descend where one that somebody asks for leaves a tie: MLflow's way.
    order.push(...(order.length === 0 ? ['e.created_at DESC', 'e.experiment_id ASC'] : ['e.experiment_id DESC']));
    const sql = `${select} WHERE ${where.text} AND e.experiment_id <= ? AND ${lifecycleClause('e.lifecycle', query.view)}
      ORDER BY ${order.join(', ')} LIMIT ? OFFSET ?`;
    const rows = this.#db.prepare<unknown[], Row>(sql).all(...where.params, query.upTo, query.limit, query.offset);
    return rows.map(toExperiment);
  }

  #one(sql: string, param: string | number): Experiment | undefined {
    const row = this.#db.prepare<unknown[], Row>(sql).get(param);
    return row && toExperiment(row);
  }
}

function clause(condition: Condition): Sql {
  if (condition.entity === 'tag') return keyed('experiment_tag', 'experiment_id', 'e.experiment_id', condition);
  const column = columns[condition.key] ?? 'NULL';
  // Ids are numbers in the table and text in filters.
  return compare(
    condition.key === 'experiment_id' ? `CAST(${column} AS TEXT)` : column,
    condition.operator,
    condition.value,
  );
}

function toExperiment(row: Row): Experiment {
  return { ...row, experimentId: String(row.experimentId), tags: JSON.parse(row.tags) as Record<string, string> };
}
