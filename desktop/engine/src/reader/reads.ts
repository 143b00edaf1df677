import { metricReads } from '../features/metrics/reads.ts';
import { runReads } from '../features/runs/reads.ts';
import { RunJsonReader } from '../features/runs/run-json.ts';
import { RunSearch } from '../features/runs/search-store.ts';
import { RunsStore } from '../features/runs/store.ts';
import { textReads } from '../features/text-search/reads.ts';
import { mlflowReads, type MlflowReads } from '../mlflow/reads.ts';
import type { Sqlite } from '../storage/database.ts';

export type EngineReads = ReturnType<typeof engineReads>;

export function mlflowReadsOf(db: Sqlite): MlflowReads {
  return mlflowReads({
    store: new RunsStore(db),
    searches: new RunSearch(db),
    json: new RunJsonReader(db),
    metrics: metricReads(db),
  });
}

/** Everything that the engine may read in a thread of its own. */
export const engineReads = (db: Sqlite) => ({
  ...metricReads(db),
  ...runReads(db),
  ...mlflowReadsOf(db),
  ...textReads(db),
});
