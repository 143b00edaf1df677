import { metricReads } from '../features/metrics/reads.ts';
import { runReads } from '../features/runs/reads.ts';
import type { RunQuery } from '../features/runs/search-store.ts';
import type { Sqlite } from '../storage/database.ts';
import { nextPage } from './route.ts';
import { metricToWire, runToWire } from './run-wire.ts';

export type MlflowReads = ReturnType<typeof mlflowReads>;

export interface HistoryQuery {
  runNo: number;
  key: string;
  /** -1: all. */
  limit: number;
  offset: number;
}

/** Answers that may be long, as the bytes that are sent: made in a reader thread, they cost the event loop nothing. */
export function mlflowReads(db: Sqlite) {
  const runs = runReads(db);
  const metrics = metricReads(db);
  return {
    'mlflow.searchRuns': (query: RunQuery): Uint8Array<ArrayBuffer> => {
      const { items, nextOffset } = runs['runs.search'](query);
      return toBytes({ runs: items.map(runToWire), ...nextPage(nextOffset) });
    },
    'mlflow.history': ({ limit, ...query }: HistoryQuery): Uint8Array<ArrayBuffer> => {
      const page = metrics['metrics.page']({ ...query, limit: limit < 0 ? -1 : limit + 1 });
      const more = limit >= 0 && page.steps.length > limit;
      const points = Array.from({ length: more ? limit : page.steps.length }, (_, index) =>
        metricToWire(query.key, {
          step: page.steps[index]!,
          timestamp: page.timestamps[index]!,
          value: page.values[index]!,
        }),
      );
      return toBytes({ metrics: points, ...nextPage(more ? query.offset + limit : null) });
    },
  };
}

const toBytes = (answer: object) => new TextEncoder().encode(JSON.stringify(answer));
