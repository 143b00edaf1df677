import type { MetricReads } from '../features/metrics/reads.ts';
import type { RunAssembler } from '../features/runs/assemble.ts';
import type { DataJson, DataJsonReader } from '../features/runs/data-json.ts';
import type { RunRecord } from '../features/runs/run-record.ts';
import type { RunQuery, RunSearch } from '../features/runs/search-store.ts';
import type { RunsStore } from '../features/runs/store.ts';
import { nextPage, nextStart } from './route.ts';
import { metricToWire, runToWire } from './run-wire.ts';

export type MlflowReads = ReturnType<typeof mlflowReads>;

export interface MlflowReadParts {
  store: RunsStore;
  searches: RunSearch;
  assembler: RunAssembler;
  data: DataJsonReader;
  metrics: MetricReads;
}

export interface HistoryQuery {
  runNo: number;
  key: string;
  /** -1: all. */
  limit: number;
  offset: number;
}

/** Answers that may be long, as the bytes that are sent: made in a reader thread, they cost the event loop nothing. */
export function mlflowReads({ store, searches, assembler, data, metrics }: MlflowReadParts) {
  return {
    'mlflow.searchRuns': (query: RunQuery): Uint8Array<ArrayBuffer> => {
      const { items, next } = searches.page(query);
      const json = data.of(items.map(({ runNo }) => runNo));
      const runs = assembler.assembleBare(items).map((run, index) => runToJson(run, json[index]!));
      const page = JSON.stringify(nextStart(next));
      return new TextEncoder().encode(`{"runs":[${runs.join()}]${page === '{}' ? '}' : `,${page.slice(1)}`}`);
    },
    'mlflow.run': (runId: string): Uint8Array<ArrayBuffer> => {
      const rows = [store.get(runId)].filter(row => row !== undefined);
      const [json] = data.of(rows.map(({ runNo }) => runNo));
      const [run] = assembler.assembleBare(rows);
      return new TextEncoder().encode(run && json ? `{"run":${runToJson(run, json)}}` : '{}');
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

/** Message `Run`, with its lists as JSON already: the same as `runToWire`, sooner. */
function runToJson(run: RunRecord, { metrics, params, tags }: DataJson): string {
  const { data: _, ...rest } = runToWire(run);
  return `${JSON.stringify(rest).slice(0, -1)},"data":{"metrics":${metrics},"params":${params},"tags":${tags}}}`;
}
