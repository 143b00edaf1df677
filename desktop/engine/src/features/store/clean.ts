import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CleanResult } from '@benchmate/shared/domain/store-task';
import type { Store } from '../../storage/database.ts';
import { artifactPathOf } from '../artifacts/uri.ts';
import { tablesOfRuns } from './check-tables.ts';
import { throwIfCancelled, type Progress } from '../../host/progress.ts';
import { modelIdOf, versionsOf } from './referenced-artifacts.ts';
import { storeFiles } from './store-files.ts';
import { sizeOfFiles } from './walk-files.ts';

export interface CleanOrder {
  dataDir: string;
  /** Milliseconds since 1970: what was deleted before goes. */
  deletedBefore: number;
  /** Null: output of jobs stays. */
  jobsEndedBefore: number | null;
  remove: boolean;
}

interface Found {
  runs: { runNo: number; runId: string; uri: string }[];
  models: { modelId: string; uri: string }[];
  experiments: number[];
  jobs: string[];
  keptForVersions: number;
}

/**
 * Removes for good what was deleted long enough ago, first its artifacts, then its rows: broken off anywhere, the next
 * time goes on. A run that a registered version was made from stays, and so does the newest run of all, whose number
 * must not be given twice.
 */
export async function cleanStore(store: Store, order: CleanOrder, progress: Progress): Promise<CleanResult> {
  const found = find(store, order);
  const files = storeFiles(order.dataDir);
  const result: CleanResult = {
    kind: 'clean',
    removed: order.remove,
    runs: found.runs.length,
    experiments: found.experiments.length,
    loggedModels: found.models.length,
    jobOutputs: 0,
    artifactBytes: 0,
    jobOutputBytes: 0,
    keptForVersions: found.keptForVersions,
  };
  const tables = tablesOfRuns(store.db);
  const total = found.runs.length + found.models.length + found.jobs.length;
  let done = 0;
  const next = (step: string) => {
    throwIfCancelled(progress);
    progress.tell(step, done++, total);
  };
  for (const { modelId, uri } of found.models) {
    next('logged models');
    result.artifactBytes += await removeArtifacts(files.artifacts, uri, order.remove);
    if (order.remove) await store.write(() => removeModel(store, modelId));
  }
  for (const { runNo, uri } of found.runs) {
    next('runs');
    result.artifactBytes += await removeArtifacts(files.artifacts, uri, order.remove);
    if (order.remove) await store.write(() => removeRun(store, runNo, tables));
  }
  for (const experimentId of found.experiments)
    if (order.remove) await store.write(() => removeExperiment(store, experimentId));
  for (const jobId of found.jobs) {
    next('output of jobs');
    const { files: count, bytes } = await sizeOfFiles(join(files.jobs, jobId));
    if (count === 0) continue;
    result.jobOutputs++;
    result.jobOutputBytes += bytes;
    if (order.remove) await rm(join(files.jobs, jobId), { recursive: true, force: true });
  }
  return result;
}

function find({ db }: Store, { deletedBefore, jobsEndedBefore }: CleanOrder): Found {
  const versions = versionsOf(db);
  const usedRuns = new Set(versions.map(({ runId }) => runId));
  const usedModels = new Set(versions.map(({ source }) => modelIdOf(source)));
  const isUsed = (runId: string) => usedRuns.has(runId) || versions.some(({ source }) => source.includes(runId));
  const deleted = db
    .prepare<[number], Found['runs'][number]>(
      `SELECT run_no AS runNo, run_id AS runId, artifact_uri AS uri FROM run
       WHERE lifecycle = 'deleted' AND deleted_at <= ? AND run_no < (SELECT max(run_no) FROM run)`,
    )
    .all(deletedBefore);
  const runs = deleted.filter(({ runId }) => !isUsed(runId));
  const models = db
    .prepare<[number, number], Found['models'][number]>(
      `SELECT model_id AS modelId, artifact_uri AS uri FROM logged_model
       WHERE (lifecycle = 'deleted' AND updated_at <= ?)
       OR experiment_id IN (SELECT experiment_id FROM experiment WHERE lifecycle = 'deleted' AND updated_at <= ?)`,
    )
    .all(deletedBefore, deletedBefore)
    .filter(({ modelId, uri }) => !usedModels.has(modelId) && !versions.some(({ source }) => source.startsWith(uri)));
  const going = {
    runs: new Set(runs.map(({ runId }) => runId)),
    models: new Set(models.map(({ modelId }) => modelId)),
  };
  const experiments = db
    .prepare<[number], number>(
      `SELECT experiment_id FROM experiment WHERE lifecycle = 'deleted' AND updated_at <= ? AND experiment_id > 0`,
    )
    .pluck()
    .all(deletedBefore)
    .filter(id => isEmptied(db, id, going));
  const jobs =
    jobsEndedBefore === null
      ? []
      : db
          .prepare<[number], string>(
            `SELECT job_id FROM job WHERE state NOT IN ('queued', 'running') AND ended_at <= ?`,
          )
          .pluck()
          .all(jobsEndedBefore);
  return { runs, models, experiments, jobs, keptForVersions: deleted.length - runs.length };
}

/** Whether nothing of an experiment is left once the others are gone. */
function isEmptied(db: Store['db'], id: number, going: { runs: Set<string>; models: Set<string> }): boolean {
  const runs = db.prepare<[number], string>('SELECT run_id FROM run WHERE experiment_id = ?').pluck().all(id);
  const models = db
    .prepare<[number], string>('SELECT model_id FROM logged_model WHERE experiment_id = ?')
    .pluck()
    .all(id);
  return runs.every(runId => going.runs.has(runId)) && models.every(modelId => going.models.has(modelId));
}

async function removeArtifacts(root: string, uri: string, remove: boolean): Promise<number> {
  let folder: string;
  try {
    folder = join(root, ...artifactPathOf(uri));
  } catch {
    return 0; // kept somewhere else
  }
  const { bytes } = await sizeOfFiles(folder);
  if (!remove) return bytes;
  await rm(folder, { recursive: true, force: true });
  await rmdir(dirname(folder)).catch(() => {}); // the run's own folder, unless something else lies in it
  return bytes;
}

function removeRun({ db }: Store, runNo: number, tables: readonly string[]): void {
  for (const table of tables) db.prepare(`DELETE FROM ${table} WHERE run_no = ?`).run(runNo);
  db.prepare('DELETE FROM run WHERE run_no = ?').run(runNo);
}

function removeModel({ db }: Store, modelId: string): void {
  for (const table of tablesOf(db, 'model_id'))
    if (table !== 'logged_model' && table !== 'run_model')
      db.prepare(`DELETE FROM ${table} WHERE model_id = ?`).run(modelId);
  db.prepare('DELETE FROM logged_model WHERE model_id = ?').run(modelId);
}

function removeExperiment({ db }: Store, experimentId: number): void {
  for (const table of tablesOf(db, 'experiment_id'))
    if (!['experiment', 'run', 'logged_model'].includes(table))
      db.prepare(`DELETE FROM ${table} WHERE experiment_id = ?`).run(experimentId);
  db.prepare('DELETE FROM experiment WHERE experiment_id = ?').run(experimentId);
}

function tablesOf(db: Store['db'], column: string): string[] {
  return db
    .prepare<[string], string>(
      `SELECT s.name FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type = 'table' AND c.name = ?`,
    )
    .pluck()
    .all(column);
}
