import type { MetricPoint } from '@benchmate/shared/domain/metric';
import type { DrawnCurves } from '@benchmate/shared/formats/archive';
import type { EngineClient } from '@benchmate/shared/protocol/engine';

export interface Series {
  key: string;
  points: MetricPoint[];
}

const keysPerCall = 20;
const pointsPerCall = 10_000;
/** Keys travel in the address of the call, which may not be long. */
const keyBytesPerCall = 4000;

/** All points of a run's metrics, in parts; a long metric comes in several. */
export async function* seriesOf(
  { metrics }: Pick<EngineClient, 'metrics'>,
  runId: string,
  keys: readonly string[],
): AsyncGenerator<Series> {
  let [at, offset] = [0, 0];
  while (at < keys.length) {
    const asked = someKeys(keys, at);
    const found = await metrics.points.query({ runId, keys: asked, offset, limit: pointsPerCall });
    yield* found;
    const isFull = found.reduce((sum, { points }) => sum + points.length, 0) >= pointsPerCall;
    const last = found.at(-1)!;
    if (!isFull) [at, offset] = [at + asked.length, 0];
    else if (found.length === 1) offset += last.points.length;
    else [at, offset] = [at + found.length - 1, last.points.length];
  }
}

function someKeys(keys: readonly string[], from: number): string[] {
  const some: string[] = [];
  let bytes = 0;
  for (const key of keys.slice(from, from + keysPerCall)) {
    bytes += encodeURIComponent(key).length;
    if (some.length > 0 && bytes > keyBytesPerCall) break;
    some.push(key);
  }
  return some;
}

/** Points as lines of CSV (RFC 4180): key, step, timestamp, value. */
export const csvLines = ({ key, points }: Series): string => {
  const quoted = /[",\r\n]/.test(key) ? `"${key.replaceAll('"', '""')}"` : key;
  return points
    .map(({ step, timestamp, value }) => `${quoted},${step},${timestamp},${Object.is(value, -0) ? '-0' : value}\r\n`)
    .join('');
};

export const csvHead = 'key,step,timestamp,value\r\n';

const mostDrawn = 1000;

type Points = DrawnCurves[number][1];

/** What a chart draws of series that come in parts: few points, by step, with the extremes of what is left out. */
export class DrawnSeries {
  readonly #drawn = new Map<string, Points>();

  take({ key, points }: Series): void {
    const drawn = this.#drawn.get(key) ?? [];
    for (const { step, value } of points) drawn.push([step, value]);
    this.#drawn.set(key, drawn.length > 4 * mostDrawn ? thinned(drawn) : drawn);
  }

  /** Gives all and keeps nothing. */
  drain(): DrawnCurves {
    const all = [...this.#drawn];
    this.#drawn.clear();
    return all.map(([key, drawn]) => [key, drawn.length > mostDrawn ? thinned(drawn) : bySteps(drawn)]);
  }
}

/** The lowest and the highest of each of many equal parts. */
function thinned(points: Points): Points {
  const sorted = bySteps(points);
  const length = Math.ceil(sorted.length / (mostDrawn / 2));
  const kept: typeof sorted = [];
  for (let from = 0; from < sorted.length; from += length) {
    const numbers = sorted.slice(from, from + length).filter(([, value]) => typeof value === 'number') as [
      number,
      number,
    ][];
    if (numbers.length === 0) continue;
    const low = numbers.reduce((a, b) => (b[1] < a[1] ? b : a));
    const high = numbers.reduce((a, b) => (b[1] > a[1] ? b : a));
    kept.push(...(low === high ? [low] : low[0] <= high[0] ? [low, high] : [high, low]));
  }
  return kept;
}

const bySteps = (points: Points) => points.toSorted(([a], [b]) => a - b);
