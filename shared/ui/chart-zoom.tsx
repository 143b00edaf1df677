import { useEffect, useMemo, useState } from 'react';
import type { MetricPoint } from '@benchmate/shared/domain/metric';
import type { MetricSeries } from './metric-series.tsx';

/** Steps, both included. */
export interface StepRange {
  from: number;
  to: number;
}

/** Reads the points of one curve between two steps: more of them than the whole curve shows there. */
export type ReadPart = (id: string, steps: StepRange, signal: AbortSignal) => Promise<readonly MetricPoint[]>;

interface Part extends StepRange {
  points: ReadonlyMap<string, readonly MetricPoint[]>;
}

/** Curves with finer points where the chart is zoomed in; `range` null is the whole chart. */
export function useZoomed(
  series: readonly MetricSeries[],
  range: StepRange | null,
  readPart: ReadPart | undefined,
): readonly MetricSeries[] {
  const [part, setPart] = useState<Part | null>(null);
  const ids = series.map(({ id }) => id).join('\n');
  useEffect(() => {
    setPart(null);
    if (!range || !readPart) return;
    const control = new AbortController();
    const read = async (id: string) => [id, await readPart(id, range, control.signal)] as const;
    Promise.all(ids.split('\n').map(read)).then(
      points => !control.signal.aborted && setPart({ ...range, points: new Map(points) }),
      () => {}, // the coarse curve stays; whoever reads reports what went wrong
    );
    return () => control.abort();
  }, [range?.from, range?.to, ids, readPart]);
  return useMemo(
    () =>
      part ? series.map(one => ({ ...one, points: withPart(one.points, part, part.points.get(one.id)) })) : series,
    [series, part],
  );
}

/** What came live since the part was read stays, too. */
function withPart(
  points: readonly MetricPoint[],
  { from, to }: StepRange,
  finer: readonly MetricPoint[] | undefined,
): readonly MetricPoint[] {
  if (!finer?.length) return points;
  return [...points.filter(({ step }) => step < from), ...finer, ...points.filter(({ step }) => step > to)];
}
