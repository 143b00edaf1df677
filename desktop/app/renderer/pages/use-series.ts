import { useEffect, useMemo, useState } from 'react';
import type { MetricPoint } from '@benchmate/shared/domain/metric';
import type { ReadPart } from '@benchmate/shared/ui/chart-zoom';
import { addPoints } from '@benchmate/shared/ui/metric-series';
import { engine, noticed } from '../engine/connection.tsx';

export interface KnownSeries {
  points: MetricPoint[];
  /** How many were logged: more than are drawn. */
  total: number;
}

/** Curves by `runId key`, read once; with `live`, points come in as they are logged. */
export function useSeries(
  runIds: readonly string[],
  keys: readonly string[],
  live: readonly string[],
): ReadonlyMap<string, KnownSeries> {
  const [series, setSeries] = useState<ReadonlyMap<string, KnownSeries>>(new Map());
  const wanted = useMemo(
    () => runIds.flatMap(runId => keys.map(key => ({ runId, key }))),
    [runIds.join(), keys.join('\n')],
  );

  useEffect(() => {
    const control = new AbortController();
    const read = ({ runId, key }: { runId: string; key: string }) =>
      engine.metrics.history.query({ runId, key, maxPoints: 2000 }, { signal: control.signal }).then(
        ({ points, total }) =>
          !control.signal.aborted && setSeries(before => new Map(before).set(nameOf(runId, key), { points, total })),
        (error: unknown) => !control.signal.aborted && noticed(error),
      );
    const readAll = () => Promise.all(wanted.map(read));
    void readAll();
    const followed = live
      .filter(runId => runIds.includes(runId))
      .map(runId =>
        engine.metrics.watch.subscribe(
          { runId },
          {
            next: batch => setSeries(before => withBatch(before, runId, batch, keys)),
            missed: () => void readAll(),
            error: noticed,
          },
        ),
      );
    return () => {
      control.abort();
      for (const { unsubscribe } of followed) unsubscribe();
    };
  }, [wanted, live.join()]);
  return series;
}

/** Reads a part of a curve for a chart that is zoomed in. */
export function partsOf(key: string): ReadPart {
  return async (runId, steps, signal) => {
    try {
      const { points } = await engine.metrics.history.query({ runId, key, steps, maxPoints: 4000 }, { signal });
      return points;
    } catch (error) {
      if (!signal.aborted) noticed(error);
      return [];
    }
  };
}

export const nameOf = (runId: string, key: string): string => `${runId} ${key}`;

function withBatch(
  before: ReadonlyMap<string, KnownSeries>,
  runId: string,
  batch: readonly { key: string; point: MetricPoint }[],
  keys: readonly string[],
): ReadonlyMap<string, KnownSeries> {
  const next = new Map(before);
  for (const key of new Set(batch.map(({ key }) => key))) {
    if (!keys.includes(key)) continue;
    const name = nameOf(runId, key);
    const { points, total } = next.get(name) ?? { points: [], total: 0 };
    const more = batch.filter(entry => entry.key === key).map(({ point }) => point);
    next.set(name, { points: addPoints(points, more), total: total + more.length });
  }
  return next;
}
