import { judge, type MetricVerdict } from '@benchmate/shared/diff/verdict';
import { formatDuration } from '@benchmate/shared/diff/quantity-format';
import { directionOf, toNumber, type MetricDirection } from '@benchmate/shared/domain/metric';
import type { Run } from '@benchmate/shared/domain/run';
import { DiffCell } from './diff-cell.tsx';
import { Icon } from './icon.tsx';
import { RelativeTime } from './relative-time.tsx';
import type { RunColumn } from './run-columns.tsx';
import { RunState, stateWords } from './run-state.tsx';

/** What a run is measured against: its project's primary metric and pinned baseline. */
export interface RunContext {
  baseline: Run | null;
  metric: string | null;
  directions: Readonly<Record<string, MetricDirection>>;
  /** Open threads on the curves of runs, by run id. */
  openThreads?: ReadonlyMap<string, number>;
}

export interface ComparedToBaseline {
  difference: number | null;
  value: number | null;
  verdict: MetricVerdict;
}

/** Null when there is nothing to compare with. */
export function toBaseline(run: Run, { baseline, metric, directions }: RunContext): ComparedToBaseline | null {
  if (!baseline || !metric || baseline.runId === run.runId) return null;
  const value = metricOf(run, metric);
  return { value, ...judge(metricOf(baseline, metric), value, directionOf(metric, directions)) };
}

export function RunCell({
  column,
  run,
  context,
  format,
  hrefOf,
}: {
  column: RunColumn;
  run: Run;
  context: RunContext;
  format: (key: string, value: number) => string;
  hrefOf: (run: Run) => string;
}) {
  switch (column.kind) {
    case 'name':
      return (
        <>
          <RunState state={run.status} iconOnly />
          <a className="bm-cut" href={hrefOf(run)} tabIndex={-1} title={run.name}>
            {run.name}
          </a>
          {context.baseline?.runId === run.runId && <span className="bm-muted">baseline</span>}
          <ThreadCount open={context.openThreads?.get(run.runId) ?? 0} />
        </>
      );
    case 'state':
      return <span className={run.status === 'FAILED' ? 'bm-worse' : ''}>{stateWords(run.status)}</span>;
    case 'started':
      return <RelativeTime at={run.startTime} />;
    case 'duration':
      return run.endTime === null ? <Dash /> : formatDuration(run.endTime - run.startTime);
    case 'experiment':
      return (
        <span className="bm-cut" title={run.experimentName}>
          {run.experimentName}
        </span>
      );
    case 'difference': {
      const compared = toBaseline(run, context);
      return compared ? (
        <DiffCell difference={compared.difference} reference={compared.value} verdict={compared.verdict} />
      ) : (
        <Dash />
      );
    }
    case 'metric': {
      const value = metricOf(run, column.key);
      return value === null ? <Dash /> : format(column.key, value);
    }
    case 'param': {
      const value = run.params[column.key];
      return value === undefined ? (
        <Dash />
      ) : (
        <span className="bm-cut" title={value}>
          {value}
        </span>
      );
    }
  }
}

const Dash = () => (
  <span className="bm-muted">
    <span aria-hidden="true">–</span>
    <span className="bm-unseen">none</span>
  </span>
);

function metricOf(run: Run, key: string): number | null {
  const point = Object.hasOwn(run.metrics, key) ? run.metrics[key] : undefined;
  return point ? toNumber(point.value) : null;
}

const ThreadCount = ({ open }: { open: number }) =>
  open > 0 && (
    <span className="bm-muted" title={open === 1 ? '1 open thread' : `${open} open threads`}>
      <Icon name="comment" /> {open}
      <span className="bm-unseen">{open === 1 ? ' open thread' : ' open threads'}</span>
    </span>
  );
