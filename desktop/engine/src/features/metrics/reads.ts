import type { Sqlite, Statement } from '../../storage/database.ts';
import { ChartReader } from './chart.ts';
import type { Columns } from './columns.ts';
import { CompactionPlanner } from './compaction.ts';
import { PartCheck } from './part-check.ts';
import { allSteps, SeriesReader, type StepRange } from './series.ts';
import { TileCover } from './tile-cover.ts';
import { TilePlanner, type TileOrder } from './tile-plan.ts';
import { TimePages } from './time-pages.ts';

export type MetricReads = ReturnType<typeof metricReads>;

/** What is read of metrics and may take long; see `storage/reader.ts`. */
export function metricReads(db: Sqlite) {
  let made: ReturnType<typeof readersOf> | undefined;
  /** Only who reads pays for the statements: most starts of an engine do not. */
  const readers = () => (made ??= readersOf(db));
  return {
    /** By step, thinned without losing an extreme. */
    'metrics.chart': ({ runNo, key, maxPoints, range = allSteps }: ChartQuery) =>
      readers().charts.read(runNo, readers().keyOf(key), maxPoints, range),
    /** A part of the series by timestamp, step and value. `limit` -1: to its end. */
    'metrics.page': ({ runNo, key, limit, offset }: PageQuery): Columns =>
      readers().pages.read(runNo, readers().keyOf(key), {
        start: offset,
        end: limit < 0 ? Infinity : offset + limit,
      }),
    'metrics.runsWithTails': ({ least }: { least: number }) => readers().compaction.runsWithTails(least),
    'metrics.longTails': ({ runNo, least }: { runNo: number; least: number }) =>
      readers().compaction.longTails(runNo, least),
    'metrics.keyId': (key: string) => readers().keyOf(key),
    'metrics.planTiles': (order: TileOrder) => readers().tiles.plan(order),
    'metrics.packedSeries': (_all: null) => readers().check.packedSeries(),
    'metrics.wrongParts': ({ runNo, keyId }: { runNo: number; keyId: number }) =>
      readers().check.wrongParts(runNo, keyId),
    'metrics.plan': ({ runNo, keyId }: { runNo: number; keyId: number }) => readers().compaction.plan(runNo, keyId),
  };
}

function readersOf(db: Sqlite) {
  const findKey: Statement<[string], { keyId: number }> = db.prepare(
    'SELECT key_id AS keyId FROM metric_key WHERE key = ?',
  );
  const cover = new TileCover(db);
  const series = new SeriesReader(db, cover);
  return {
    keyOf: (key: string) => findKey.get(key)?.keyId ?? -1,
    charts: new ChartReader(db, cover, series),
    pages: new TimePages(cover, series),
    tiles: new TilePlanner(db, cover),
    check: new PartCheck(db, cover),
    compaction: new CompactionPlanner(db, series),
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
