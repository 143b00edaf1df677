import { metricReads } from '../features/metrics/reads.ts';
import { runReads } from '../features/runs/reads.ts';
import { mlflowReads } from '../mlflow/reads.ts';
import type { Sqlite } from '../storage/database.ts';

export type EngineReads = ReturnType<typeof engineReads>;

/** Everything that the engine may read in a thread of its own. */
export const engineReads = (db: Sqlite) => ({ ...metricReads(db), ...runReads(db), ...mlflowReads(db) });
