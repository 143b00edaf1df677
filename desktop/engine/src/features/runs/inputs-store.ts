import type { Sqlite } from '../../storage/database.ts';
import type { DatasetInput, DatasetSummary, KeyValue, ModelLink } from './run-record.ts';

type DatasetRow = Omit<DatasetInput, 'tags'> & { runNo: number; tags: string };

/** Rows of what runs read and made: datasets and logged models. */
export class InputsStore {
  readonly #db: Sqlite;

  constructor(db: Sqlite) {
    this.#db = db;
  }

  /** A dataset is the same within an experiment when name and digest are; one that the run has already stays as it is. */
  addDataset(runNo: number, { tags, ...dataset }: DatasetInput): void {
    this.#db
      .prepare(
        `INSERT INTO dataset (experiment_id, name, digest, source_type, source, schema, profile)
         SELECT experiment_id, @name, @digest, @sourceType, @source, @schema, @profile FROM run WHERE run_no = @runNo
         ON CONFLICT DO NOTHING`,
      )
      .run({ ...dataset, runNo });
    this.#db
      .prepare(
        `INSERT INTO run_dataset SELECT r.run_no, d.dataset_no, @tags FROM run r JOIN dataset d USING (experiment_id)
         WHERE r.run_no = @runNo AND d.name = @name AND d.digest = @digest ON CONFLICT DO NOTHING`,
      )
      .run({ runNo, name: dataset.name, digest: dataset.digest, tags: JSON.stringify(tags) });
  }

  /** A model that the run has already keeps its step. */
  addModel(runNo: number, { direction, modelId, step }: ModelLink): void {
    this.#db
      .prepare(
        `INSERT INTO run_model SELECT @runNo, @direction, @modelId, @step WHERE NOT EXISTS
         (SELECT 1 FROM run_model WHERE run_no = @runNo AND direction = @direction AND model_id = @modelId)`,
      )
      .run({ runNo, direction, modelId, step });
  }

  datasets(runNos: readonly number[]): (DatasetInput & { runNo: number })[] {
    return this.#db
      .prepare<[string], DatasetRow>(
        `SELECT i.run_no AS runNo, d.name, d.digest, d.source_type AS sourceType, d.source, d.schema, d.profile, i.tags
         FROM json_each(?) r JOIN run_dataset i ON i.run_no = r.value JOIN dataset d USING (dataset_no)`,
      )
      .all(JSON.stringify(runNos))
      .map(row => ({ ...row, tags: JSON.parse(row.tags) as KeyValue[] }));
  }

  /** Each dataset of these experiments with each context that a run read it in; 1,000 at most, as MLflow has it. */
  summaries(experimentIds: readonly string[]): DatasetSummary[] {
    return this.#db
      .prepare<[string, string], DatasetSummary>(
        `SELECT DISTINCT CAST(d.experiment_id AS TEXT) AS experimentId, d.name, d.digest,
           (SELECT json_extract(t.value, '$.value') FROM json_each(i.tags) t
            WHERE json_extract(t.value, '$.key') = ?) AS context
         FROM dataset d JOIN run_dataset i USING (dataset_no)
         WHERE d.experiment_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) LIMIT 1000`,
      )
      .all('mlflow.data.context', JSON.stringify(experimentIds));
  }

  models(runNos: readonly number[]): (ModelLink & { runNo: number })[] {
    return this.#db
      .prepare<[string], ModelLink & { runNo: number }>(
        `SELECT m.run_no AS runNo, m.direction, m.model_id AS modelId, m.step
         FROM json_each(?) r JOIN run_model m ON m.run_no = r.value`,
      )
      .all(JSON.stringify(runNos));
  }
}
