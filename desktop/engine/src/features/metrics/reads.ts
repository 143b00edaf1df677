import type { Sqlite, Statement } from '../../storage/database.ts';
import { allocate, compareAt, pointAt, setPoint, slice, type Columns } from './columns.ts';
import { ChartReader } from './chart.ts';
import { CompactionPlanner } from './compaction.ts';
import { allSteps, SeriesReader, type StepRange } from './series.ts';
import { TilePlanner, type TileOrder } from './tile-plan.ts';

export type MetricReads = ReturnType<typeof metricReads>;

/** What is read of metrics and may take long; see `storage/reader.ts`. */
export function metricReads(db: Sqlite) {
  const series = new SeriesReader(db);
  const charts = new ChartReader(db);
  const tiles = new TilePlanner(db);
  const planner = new CompactionPlanner(db);
  const findKey: Statement<[string], { keyId: number }> = db.prepare(
    'SELECT key_id AS keyId FROM metric_key WHERE key = ?',
  );
  const keyOf = (key: string) => findKey.get(key)?.keyId ?? -1;
  return {
    /** By step, thinned without losing an extreme. */
    'metrics.chart': ({ runNo, key, maxPoints, range = allSteps }: ChartQuery) =>
      charts.read(runNo, keyOf(key), maxPoints, range),
    /** A part of the series by timestamp, step and value. `limit` -1: to its end. */
    'metrics.page': ({ runNo, key, limit, offset }: PageQuery): Columns => {
      const all = byTime(series.all(runNo, keyOf(key)));
      const end = limit < 0 ? all.steps.length : Math.min(all.steps.length, offset + limit);
      return copy(slice(all, Math.min(offset, end), end));
    },
    'metrics.runsWithTails': ({ least }: { least: number }) => planner.runsWithTails(least),
    'metrics.longTails': ({ runNo, least }: { runNo: number; least: number }) => planner.longTails(runNo, least),
    'metrics.keyId': (key: string) => keyOf(key),
    'metrics.planTiles': (order: TileOrder) => tiles.plan(order),
    'metrics.plan': ({ runNo, keyId }: { runNo: number; keyId: number }) => planner.plan(runNo, keyId),
  };
}

interface ChartQuery {
  runNo: number;
  key: string;
  maxPoints: number;
  range?: StepRange;
}

interface PageQuery {
  runNo: number;
  key: string;
  limit: number;
  offset: number;
}

/** MLflow's order: a series is in it already unless clocks or steps went backwards. */
function byTime(columns: Columns): Columns {
  const { steps, timestamps, values } = columns;
  let sorted = true;
  for (let i = 1; sorted && i < steps.length; i++) sorted = timestamps[i - 1]! <= timestamps[i]!;
  if (sorted) return columns;
  const places = Uint32Array.from(steps, (_, index) => index).sort(
    (a, b) => timestamps[a]! - timestamps[b]! || compareAt(columns, a, columns, b),
  );
  const ordered = allocate(steps.length);
  places.forEach((place, index) => setPoint(ordered, index, pointAt({ steps, timestamps, values }, place)));
  return ordered;
}

/** With memory of their own, which can be handed to another thread. */
const copy = ({ steps, timestamps, values }: Columns): Columns => ({
  steps: steps.slice(),
  timestamps: timestamps.slice(),
  values: values.slice(),
});
