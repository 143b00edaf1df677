import { useMemo, useState } from 'react';
import { compareRuns } from '@benchmate/shared/diff/run-comparison';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import type { Run } from '@benchmate/shared/domain/run';
import { ComparisonTable } from '@benchmate/shared/ui/comparison-table';
import { EmptyState, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { MetricChart } from '@benchmate/shared/ui/metric-chart';
import type { MetricSeries } from '@benchmate/shared/ui/metric-series';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { runList } from '../engine/lists.ts';
import { useLoad } from '../engine/use-load.ts';
import { Link, navigate } from '../shell/router.tsx';
import { PageHead } from './page-head.tsx';
import { useContexts } from './use-contexts.ts';
import { nameOf, partsOf, useSeries } from './use-series.ts';

const most = 20;
const shownCharts = 6;

/** `/compare?runs=<id>,<id>&baseline=<id>` */
export function ComparePage({ query }: { query: URLSearchParams }) {
  const ids = (query.get('runs') ?? '').split(',').filter(Boolean).slice(0, most);
  const asked = useLoad(`compare ${ids.join()}`, signal =>
    Promise.all(ids.map(runId => engine.runs.get.query({ runId }, { signal }))),
  );
  const live = useLive(runList).items;
  if (ids.length < 2)
    return (
      <>
        <PageHead title="Compare" within={{ name: 'Runs', to: '/runs' }} />
        <EmptyState
          icon="git-compare"
          title="Comparing takes two runs."
          actions={
            <Link className="bm-button" to="/runs">
              Choose runs
            </Link>
          }
        >
          Select them in the table of runs with Space, then press Compare.
        </EmptyState>
      </>
    );
  if (!asked.data)
    return (
      <>
        <PageHead title="Compare" within={{ name: 'Runs', to: '/runs' }} />
        {asked.error ? (
          <ErrorState error={asked.error} retry={asked.reload} />
        ) : (
          asked.slow && <Skeleton what="the runs" />
        )}
      </>
    );
  const runs = asked.data.map(run => live.find(({ runId }) => runId === run.runId) ?? run);
  return <Comparison runs={runs} query={query} />;
}

function Comparison({ runs, query }: { runs: readonly Run[]; query: URLSearchParams }) {
  const { contextOf } = useContexts(useLive(runList).items);
  const context = contextOf(runs[0]!);
  const [showEqual, setShowEqual] = useState(false);
  const baseline =
    runs.find(({ runId }) => runId === query.get('baseline')) ??
    runs.find(({ runId }) => runId === context.baseline?.runId) ??
    runs[0]!;
  const comparison = compareRuns(runs, { baseline, directions: context.directions, primaryMetric: context.metric });
  const choose = (runId: string) => {
    const next = new URLSearchParams(query);
    next.set('baseline', runId);
    navigate(`/compare?${next}`, { replace: true });
  };
  return (
    <>
      <PageHead title={`Compare ${runs.length} runs`} within={{ name: 'Runs', to: '/runs' }}>
        <label className="app-actions">
          <span className="bm-muted">Measured against</span>
          <select
            className="bm-field"
            style={{ width: 'auto', maxWidth: 240 }}
            value={baseline.runId}
            onChange={event => choose(event.target.value)}
          >
            {runs.map(({ runId, name }) => (
              <option key={runId} value={runId}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className="app-actions">
          <input type="checkbox" checked={showEqual} onChange={event => setShowEqual(event.target.checked)} />
          Also equal metrics
        </label>
      </PageHead>
      <ComparisonTable comparison={comparison} hrefOf={runId => pathTo('runs', runId)} showEqual={showEqual} />
      <Curves runs={runs} baseline={baseline} keys={comparison.metrics.map(({ key }) => key)} />
    </>
  );
}

function Curves({ runs, baseline, keys }: { runs: readonly Run[]; baseline: Run; keys: readonly string[] }) {
  const shown = keys.slice(0, shownCharts);
  const series = useSeries(
    runs.map(({ runId }) => runId),
    shown,
    runs.filter(({ status }) => status === 'RUNNING').map(({ runId }) => runId),
  );
  if (shown.length === 0) return null;
  return (
    <section className="app-section" aria-labelledby="curves">
      <h2 id="curves">Curves</h2>
      <div className="app-charts">
        {shown.map(key => (
          <Curve key={key} metric={key} runs={runs} baseline={baseline.runId} series={series} />
        ))}
      </div>
    </section>
  );
}

function Curve({
  metric,
  runs,
  baseline,
  series,
}: {
  metric: string;
  runs: readonly Run[];
  baseline: string;
  series: ReturnType<typeof useSeries>;
}) {
  const known = runs.map(({ runId }) => series.get(nameOf(runId, metric)));
  const curves = useMemo(
    () =>
      runs.map(({ runId, name }, index): MetricSeries => ({
        id: runId,
        label: name,
        points: known[index]?.points ?? [],
        baseline: runId === baseline,
      })),
    [runs.map(({ runId, name }) => `${runId} ${name}`).join(), baseline, ...known.map(one => one?.points)],
  );
  const readPart = useMemo(() => partsOf(metric), [metric]);
  return <MetricChart title={metric} series={curves} syncKey="compare" readPart={readPart} />;
}
