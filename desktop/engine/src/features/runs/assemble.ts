import type { MetricsService } from '../metrics/service.ts';
import type { InputsStore } from './inputs-store.ts';
import type { RunRecord } from './run-record.ts';
import type { RunRow, RunsStore } from './store.ts';

/** Rows with all that belongs to them, in the order of `rows`: a fixed number of queries for any number of runs. */
export function assembleRuns(
  rows: readonly RunRow[],
  from: { runs: RunsStore; inputs: InputsStore; metrics: MetricsService },
): RunRecord[] {
  if (rows.length === 0) return [];
  const runNos = rows.map(({ runNo }) => runNo);
  const byNo = new Map<number, RunRecord>();
  const runs = rows.map(({ runNo, ...row }) => {
    const run: RunRecord = {
      ...row,
      experimentId: String(row.experimentId),
      params: [],
      tags: [],
      metrics: [],
      datasets: [],
      models: [],
    };
    byNo.set(runNo, run);
    return run;
  });
  for (const { runNo, ...param } of from.runs.params(runNos)) byNo.get(runNo)?.params.push(param);
  for (const { runNo, ...tag } of from.runs.tags(runNos)) byNo.get(runNo)?.tags.push(tag);
  for (const { runNo, ...metric } of from.metrics.latest(runNos)) byNo.get(runNo)?.metrics.push(metric);
  for (const { runNo, ...dataset } of from.inputs.datasets(runNos)) byNo.get(runNo)?.datasets.push(dataset);
  for (const { runNo, ...model } of from.inputs.models(runNos)) byNo.get(runNo)?.models.push(model);
  return runs;
}
