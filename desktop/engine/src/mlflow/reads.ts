import type { Columns } from '../features/metrics/columns.ts';
import type { MetricReads } from '../features/metrics/reads.ts';
import type { RunJsonReader } from '../features/runs/run-json.ts';
import type { RunQuery, RunSearch } from '../features/runs/search-store.ts';
import type { RunsStore } from '../features/runs/store.ts';
import { metricNumber } from './metric-number.ts';
import { nextPage, nextStart } from './route.ts';

export type MlflowReads = ReturnType<typeof mlflowReads>;

export interface MlflowReadParts {
  store: RunsStore;
  searches: RunSearch;
  json: RunJsonReader;
  metrics: MetricReads;
}

export interface HistoryQuery {
  runNo: number;
  key: string;
  /** -1: all. */
  limit: number;
  offset: number;
}

/** JSON text in pieces that follow each other. */
export type Pieces = readonly Uint8Array<ArrayBuffer>[];

/** Runs in one piece: the texts of all of ten thousand at once would be three times what is sent. */
const runsPerPiece = 200;
const pointsPerPiece = 5000;

/**
 * Answers that may be long, as the bytes that are sent: made in a reader thread, they cost the event loop nothing.
 */
export function mlflowReads({ store, searches, json, metrics }: MlflowReadParts) {
  return {
    'mlflow.searchRuns': (query: RunQuery): Pieces => {
      const { items, next } = searches.page(query);
      const page = JSON.stringify(nextStart(next));
      const end = page === '{}' ? ']}' : `],${page.slice(1)}`;
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      for (let start = 0; start === 0 || start < items.length; start += runsPerPiece) {
        const runs = json.of(items.slice(start, start + runsPerPiece));
        pieces.push(between(start === 0 ? '{"runs":[' : ',', runs, start + runsPerPiece < items.length ? '' : end));
      }
      return pieces;
    },
    'mlflow.run': (runId: string): Uint8Array<ArrayBuffer> => {
      const found = store.find(runId);
      return found ? between('{"run":', json.of([found.runNo]), '}') : toUtf8('{}');
    },
    'mlflow.history': ({ limit, ...query }: HistoryQuery): Pieces => {
      const points = metrics['metrics.page']({ ...query, limit: limit < 0 ? -1 : limit + 1 });
      const more = limit >= 0 && points.steps.length > limit;
      const count = more ? limit : points.steps.length;
      const key = JSON.stringify(query.key);
      const pieces = [toUtf8('{"metrics":[')];
      for (let start = 0; start < count; start += pointsPerPiece)
        pieces.push(
          toUtf8((start === 0 ? '' : ',') + pointsToJson(key, points, start, Math.min(count, start + pointsPerPiece))),
        );
      const page = JSON.stringify(nextPage(more ? query.offset + limit : null));
      return [...pieces, toUtf8(page === '{}' ? ']}' : `],${page.slice(1)}`)];
    },
  };
}

/** Messages `Metric`, the same as `metricToWire` and `JSON.stringify` write them. */
function pointsToJson(key: string, { steps, timestamps, values }: Columns, start: number, end: number): string {
  let text = '';
  for (let index = start; index < end; index++) {
    const value = JSON.stringify(metricNumber(values[index]!));
    text += `${index === start ? '' : ','}{"key":${key},"value":${value},"timestamp":${timestamps[index]},"step":${steps[index]}}`;
  }
  return text;
}

const encoder = new TextEncoder();
const toUtf8 = (text: string) => encoder.encode(text);

/** Bytes of its own, which can be handed to another thread. */
function between(before: string, bytes: Uint8Array, after: string): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(before.length + bytes.byteLength + after.length);
  encoder.encodeInto(before, whole);
  whole.set(bytes, before.length);
  encoder.encodeInto(after, whole.subarray(before.length + bytes.byteLength));
  return whole;
}
