import type { Sqlite } from '../../storage/database.ts';
import { nanMarkOf } from '../metrics/nan-mark.ts';
import { toPoint, type PointRow } from '../metrics/point.ts';
import type { Condition } from '../search/condition.ts';
import { and } from '../search/sql.ts';
import type { LoggedModel, LoggedModelStatus, ModelMetric } from './logged-model.ts';
import { modelClauses, modelOrder, type DatasetFilter, type ModelOrder } from './search-sql.ts';

type Row = Omit<LoggedModel, 'params' | 'tags' | 'metrics' | 'experimentId'> & { experimentId: number };
type MetricRow = PointRow & Omit<ModelMetric, keyof PointRow>;

const select = `SELECT m.model_id AS modelId, m.experiment_id AS experimentId, m.name, m.model_type AS modelType,
  m.source_run_id AS sourceRunId, m.status, m.lifecycle, m.artifact_uri AS artifactUri, m.created_at AS createdAt,
  m.updated_at AS updatedAt FROM logged_model m`;

export class LoggedModelsStore {
  readonly #db: Sqlite;

  constructor(db: Sqlite) {
    this.#db = db;
  }

  get(modelId: string): LoggedModel | undefined {
    const row = this.#db.prepare<[string], Row>(`${select} WHERE m.model_id = ?`).get(modelId);
    return row && this.#complete(row);
  }

  insert(model: Omit<LoggedModel, 'params' | 'tags' | 'metrics'>): void {
    this.#db
      .prepare(
        `INSERT INTO logged_model VALUES (@modelId, CAST(@experimentId AS INTEGER), @name, @modelType, @sourceRunId,
         @status, @lifecycle, @artifactUri, @createdAt, @updatedAt)`,
      )
      .run(model);
  }

  setStatus(modelId: string, status: LoggedModelStatus, at: number): void {
    this.#db.prepare('UPDATE logged_model SET status = ?, updated_at = ? WHERE model_id = ?').run(status, at, modelId);
  }

  setDeleted(modelId: string, at: number): void {
    this.#db
      .prepare("UPDATE logged_model SET lifecycle = 'deleted', updated_at = ? WHERE model_id = ?")
      .run(at, modelId);
  }

  setKeyed(table: 'param' | 'tag', modelId: string, key: string, value: string): void {
    this.#db
      .prepare(`INSERT INTO logged_model_${table} VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`)
      .run(modelId, key, value);
  }

  deleteTag(modelId: string, key: string): boolean {
    return (
      this.#db.prepare('DELETE FROM logged_model_tag WHERE model_id = ? AND key = ?').run(modelId, key).changes > 0
    );
  }

  insertMetric(modelId: string, metric: ModelMetric): void {
    const nan = nanMarkOf(metric.value);
    this.#db
      .prepare(
        `INSERT INTO logged_model_metric VALUES (@modelId, @key, @step, @timestamp, @value, @nan, @runId, @datasetName,
         @datasetDigest) ON CONFLICT DO NOTHING`,
      )
      .run({ ...metric, modelId, nan, value: nan ? 0 : metric.value });
  }

  /** Of a run, under one name, newest first. */
  ofRun(runId: string, name: string): LoggedModel[] {
    return this.#db
      .prepare<[string, string], Row>(
        `${select} WHERE m.source_run_id = ? AND m.name = ? AND m.lifecycle = 'active' ORDER BY m.created_at DESC`,
      )
      .all(runId, name)
      .map(row => this.#complete(row));
  }

  /** Number of the newest. */
  newest(): number {
    return this.#db.prepare<[], number>('SELECT ifnull(max(rowid), 0) FROM logged_model').pluck().get() ?? 0;
  }

  search(query: {
    experimentIds: readonly string[];
    conditions: readonly Condition[];
    datasets: readonly DatasetFilter[];
    order: readonly ModelOrder[];
    limit: number;
    offset: number;
    upTo: number;
  }): LoggedModel[] {
    const where = and(modelClauses(query.conditions, query.datasets));
    const order = query.order.map(modelOrder);
    const keys = [...order.map(({ text }) => text), 'm.created_at DESC', 'm.model_id'];
    return this.#db
      .prepare<unknown[], Row>(
        `${select} WHERE m.experiment_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) AND m.lifecycle = 'active'
         AND +m.rowid <= ?
         AND ${where.text} ORDER BY ${keys.join(', ')} LIMIT ? OFFSET ?`,
      )
      .all(
        JSON.stringify(query.experimentIds),
        query.upTo,
        ...where.params,
        ...order.flatMap(({ params }) => params),
        query.limit,
        query.offset,
      )
      .map(row => this.#complete(row));
  }

  #complete(row: Row): LoggedModel {
    const { modelId } = row;
    return {
      ...row,
      experimentId: String(row.experimentId),
      params: this.#keyed('param', modelId),
      tags: this.#keyed('tag', modelId),
      metrics: this.#db
        .prepare<[string], MetricRow>(
          `SELECT key, step, timestamp, value, nan, run_id AS runId, dataset_name AS datasetName,
           dataset_digest AS datasetDigest FROM logged_model_metric WHERE model_id = ?`,
        )
        .all(modelId)
        .map(({ nan, ...metric }) => ({ ...metric, ...toPoint({ ...metric, nan }) })),
    };
  }

  #keyed(table: 'param' | 'tag', modelId: string): { key: string; value: string }[] {
    return this.#db
      .prepare<[string], { key: string; value: string }>(
        `SELECT key, value FROM logged_model_${table} WHERE model_id = ? ORDER BY key`,
      )
      .all(modelId);
  }
}
