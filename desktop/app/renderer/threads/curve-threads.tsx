import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { metricAnchorOn } from '@benchmate/shared/documents/wordless-anchors';
import type { Thread } from '@benchmate/shared/domain/review';
import type { Run } from '@benchmate/shared/domain/run';
import type { StepRange } from '@benchmate/shared/ui/chart-zoom';
import type { Loaded } from '../engine/use-load.ts';
import { NewThread } from './new-thread.tsx';
import { ThreadList } from './thread-list.tsx';

/** Open threads on a metric of a run. */
export const onMetric = (threads: readonly Thread[] | undefined, metric: string): Thread[] =>
  (threads ?? []).filter(({ anchor, resolved }) => !resolved && anchor.kind === 'metric' && anchor.metric === metric);

/** Below a curve: its open threads, and a new one on what of it is shown. */
export function CurveThreads({
  run,
  metric,
  zoom,
  loaded,
}: {
  run: Run;
  metric: string;
  zoom: StepRange | null;
  loaded: Loaded<Thread[]>;
}) {
  if (run.projectId === null) return null;
  const steps = zoom && { from: Math.ceil(zoom.from), to: Math.floor(zoom.to) };
  const anchor = metricAnchorOn(run, metric, steps && steps.from <= steps.to ? steps : null);
  return (
    <div className="app-stack">
      <ThreadList threads={loaded.data && onMetric(loaded.data, metric)} reload={loaded.reload} />
      <NewThread projectId={run.projectId} anchor={anchor} about={anchor.quote} begun={loaded.reload} />
      <ErrorLine error={loaded.error} />
    </div>
  );
}
