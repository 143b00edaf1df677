import { useMemo, useState } from 'react';
import type { Thread } from '@benchmate/shared/domain/review';
import type { Run } from '@benchmate/shared/domain/run';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import type { StepRange } from '@benchmate/shared/ui/chart-zoom';
import { MetricChart } from '@benchmate/shared/ui/metric-chart';
import type { Loaded } from '../engine/use-load.ts';
import { looking } from '../presence/looking.ts';
import { usePeopleOn } from '../presence/use-people-on.ts';
import { CurveThreads, onMetric } from '../threads/curve-threads.tsx';
import { partsOf, type useSeries } from './use-series.ts';

/** A curve of a run with its threads, and where teammates point. */
export function RunCurve({
  title,
  run,
  threads,
  known,
}: {
  title: string;
  run: Run;
  threads: Loaded<Thread[]>;
  known: ReturnType<ReturnType<typeof useSeries>['get']>;
}) {
  const id = run.runId;
  const [zoom, setZoom] = useState<StepRange | null>(null);
  const series = useMemo(() => [{ id, label: title, points: known?.points ?? [] }], [id, title, known]);
  const ranges = useMemo(
    () => onMetric(threads.data, title).flatMap(({ anchor }) => (anchor.kind === 'metric' && anchor.steps) || []),
    [threads.data, title],
  );
  const readPart = useMemo(() => partsOf(title), [title]);
  const totals = { [id]: known?.total ?? 0 };
  const people = usePeopleOn(pathTo('runs', id), title);
  return (
    <div>
      <MetricChart
        title={title}
        series={series}
        syncKey="run"
        threads={ranges}
        zoomed={setZoom}
        totals={totals}
        readPart={readPart}
        people={people}
        pointed={step => looking.pointAt(step === null ? { metric: null, step } : { metric: title, step })}
      />
      <CurveThreads run={run} metric={title} zoom={zoom} loaded={threads} />
    </div>
  );
}
