import { useEffect, useMemo, useState } from 'react';
import type { ErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { formatDuration } from '@benchmate/shared/diff/quantity-format';
import { directionOf, toNumber } from '@benchmate/shared/domain/metric';
import { formatMetricColumn } from '@benchmate/shared/diff/number-format';
import type { Run } from '@benchmate/shared/domain/run';
import { runHome } from '@benchmate/shared/domain/thread-place';
import { judge } from '@benchmate/shared/diff/verdict';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import { Chip } from '@benchmate/shared/ui/chip';
import { CopyButton } from '@benchmate/shared/ui/copy-button';
import { DiffCell } from '@benchmate/shared/ui/diff-cell';
import { EmptyState, ErrorLine, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import type { RunContext } from '@benchmate/shared/ui/run-cell';
import { RunState } from '@benchmate/shared/ui/run-state';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { presenceList, projectList, runList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { useLoad } from '../engine/use-load.ts';
import { MentionedIn } from '../notes/mentioned-in.tsx';
import { isOnSyncServer } from '../shell/base.ts';
import { Link } from '../shell/router.tsx';
import { useThreads } from '../threads/use-threads.ts';
import { KeyValues } from './key-values.tsx';
import { PageHead } from './page-head.tsx';
import { RunCurve } from './run-curve.tsx';
import { ShareRun } from './share-run.tsx';
import { useContexts } from './use-contexts.ts';
import { nameOf, useSeries } from './use-series.ts';

const within = { name: 'Runs', to: '/runs' };
/** Each chart reads its own curve: a run may have thousands. */
const shownCharts = 8;
const moreCharts = 24;
const shownRows = 200;

export function RunPage({ runId }: { runId: string }) {
  const live = useLive(runList).items;
  const asked = useLoad(`run ${runId}`, signal => engine.runs.get.query({ runId }, { signal }));
  const id = asked.data?.runId ?? runId;
  const listed = live.find(candidate => candidate.runId === id);
  const run = useMemo(() => withAllMetrics(listed, asked.data), [listed, asked.data]);
  if (run) return <RunView run={run} />;
  return (
    <>
      <PageHead title="Run" within={within} />
      {asked.error ? (
        <RunNotHere runId={runId} error={asked.error} retry={asked.reload} />
      ) : (
        asked.slow && <Skeleton what="the run" />
      )}
    </>
  );
}

/** It is no error that a run is where it was logged: it was not shared with this device's person. */
function RunNotHere({ runId, error, retry }: { runId: string; error: ErrorShape; retry: () => void }) {
  const looking = useLive(presenceList).items[0]?.present.find(({ place }) => place?.path === pathTo('runs', runId));
  if (error.code !== 'NOT_FOUND') return <ErrorState error={error} retry={retry} />;
  const title = looking ? `This run is on ${looking.name}’s device` : 'This run is not on this device';
  const actions = (
    <button className="bm-button" onClick={retry}>
      Look again
    </button>
  );
  return (
    <EmptyState icon="device-desktop" title={title} actions={actions}>
      {looking ? `${looking.name} looks at it now, and` : 'Whoever logged it'} can share it by “Share with the team” on
      its page. It appears here then.
    </EmptyState>
  );
}

/** A list carries only some of very many metrics: the others are as they were when the page asked. */
function withAllMetrics(listed: Run | undefined, asked: Run | null | undefined): Run | undefined {
  if (!listed) return asked ?? undefined;
  return listed.metricsLeftOut && asked ? { ...listed, metrics: { ...asked.metrics, ...listed.metrics } } : listed;
}

function RunView({ run }: { run: Run }) {
  const runs = useLive(runList).items;
  const { contextOf } = useContexts(runs);
  const context = contextOf(run);
  const baseline = context.baseline && context.baseline.runId !== run.runId ? context.baseline : null;
  return (
    <>
      <PageHead
        title={run.name}
        within={within}
        marks={
          <>
            <RunState state={run.status} />
            {context.baseline?.runId === run.runId && <Chip>baseline</Chip>}
          </>
        }
      >
        {baseline && (
          <Link className="bm-button" to={`/compare?runs=${baseline.runId},${run.runId}`}>
            <Icon name="git-compare" /> Compare to the baseline
          </Link>
        )}
        <ShareRun run={run} />
        {!isOnSyncServer && <PinButton run={run} />}
        <CopyButton text={run.runId} label="Copy id" />
      </PageHead>
      <Facts run={run} />
      <Curves run={run} context={context} />
      <div className="app-two">
        <section className="app-section" aria-labelledby="params">
          <h2 id="params">Params</h2>
          <KeyValues of={run.params} empty="No params were logged." name="Params" />
        </section>
        <section className="app-section" aria-labelledby="metrics">
          <h2 id="metrics">
            Metrics <span className="bm-muted">latest value</span>
          </h2>
          <LatestMetrics run={run} baseline={baseline} context={context} />
        </section>
      </div>
      <MentionedIn target={`run:${run.runId}`} about projectId={run.projectId} />
      <section className="app-section" aria-labelledby="tags">
        <h2 id="tags">Tags</h2>
        <KeyValues of={run.tags} empty="No tags were set." name="Tags" />
      </section>
    </>
  );
}

function Facts({ run }: { run: Run }) {
  const [now, setNow] = useState(() => Date.now());
  const running = run.endTime === null && run.status === 'RUNNING';
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  const project = useLive(projectList).items.find(({ projectId }) => projectId === run.projectId);
  const facts: [string, React.ReactNode][] = [
    ['Started', <RelativeTime key="started" at={run.startTime} />],
    [
      running ? 'Running for' : 'Took',
      run.endTime === null && !running ? '–' : formatDuration((run.endTime ?? now) - run.startTime),
    ],
    ['Experiment', run.experimentName],
    ...(project ? ([['Project', project.name]] as [string, string][]) : []),
    ...(run.jobId
      ? ([
          [
            'Job',
            <Link key="job" to={pathTo('jobs', run.jobId)}>
              Log and state
            </Link>,
          ],
        ] as [string, React.ReactNode][])
      : []),
  ];
  return (
    <dl className="app-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Curves({ run, context }: { run: Run; context: RunContext }) {
  const [count, setCount] = useState(shownCharts);
  const keys = useMemo(() => chartKeys(run, context.metric), [Object.keys(run.metrics).join('\n'), context.metric]);
  const shown = keys.slice(0, count);
  const series = useSeries([run.runId], shown, run.status === 'RUNNING' ? [run.runId] : []);
  const threads = useThreads(run.projectId, runHome(run.runId));
  return (
    <section className="app-section" aria-labelledby="curves">
      <h2 id="curves">Curves</h2>
      {keys.length === 0 && (
        <p className="bm-muted">
          {run.status === 'RUNNING'
            ? 'No metric was logged yet. The first one appears here by itself.'
            : 'No metric was logged.'}
        </p>
      )}
      <div className="app-charts">
        {shown.map(key => (
          <RunCurve key={key} title={key} run={run} threads={threads} known={series.get(nameOf(run.runId, key))} />
        ))}
      </div>
      {keys.length > shown.length && (
        <button className="bm-button" style={{ marginTop: 12 }} onClick={() => setCount(count + moreCharts)}>
          Show {Math.min(moreCharts, keys.length - shown.length)} of {(keys.length - shown.length).toLocaleString('en')}{' '}
          more
        </button>
      )}
    </section>
  );
}

function LatestMetrics({ run, baseline, context }: { run: Run; baseline: Run | null; context: RunContext }) {
  const [search, setSearch] = useState('');
  const all = chartKeys(run, context.metric);
  if (all.length === 0) return <p className="bm-muted">No metric was logged.</p>;
  const found = all.filter(key => key.toLowerCase().includes(search.trim().toLowerCase()));
  const keys = found.slice(0, shownRows);
  return (
    <>
      {all.length > shownRows && (
        <p>
          <input
            className="bm-field"
            type="search"
            aria-label="Find a metric"
            placeholder={`Find among ${all.length.toLocaleString('en')} metrics`}
            value={search}
            onChange={event => setSearch(event.target.value)}
          />{' '}
          {found.length > keys.length && (
            <span className="bm-muted">
              The first {keys.length} of {found.length.toLocaleString('en')} are shown.
            </span>
          )}
        </p>
      )}
      <div className="bm-scroll" tabIndex={0} role="region" aria-label="Metrics">
        <table className="bm-table">
          <thead>
            <tr>
              <th scope="col">metric</th>
              <th scope="col" className="number">
                value
              </th>
              <th scope="col" className="number">
                step
              </th>
              {baseline && (
                <th scope="col" className="number">
                  to baseline
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {keys.map(key => {
              const point = run.metrics[key]!;
              const value = toNumber(point.value);
              const before = baseline?.metrics[key];
              const old = before ? toNumber(before.value) : null;
              return (
                <tr key={key}>
                  <td>{key}</td>
                  <td className="number">{formatMetricColumn([value, old])[0]}</td>
                  <td className="number">{point.step}</td>
                  {baseline && (
                    <td className="number">
                      <DiffCell reference={value} {...judge(old, value, directionOf(key, context.directions))} />
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

function PinButton({ run }: { run: Run }) {
  const project = useLive(projectList).items.find(({ projectId }) => projectId === run.projectId);
  const { busy, error, run: act } = useAction();
  if (!project) return null;
  const pinned = project.baselineRunId === run.runId;
  const pin = () =>
    engine.projects.pinBaseline.mutate({ projectId: project.projectId, runId: pinned ? null : run.runId });
  return (
    <>
      <button className="bm-button" disabled={busy} onClick={() => act(() => projectList.answer(pin()))}>
        <Icon name={pinned ? 'pinned' : 'pin'} /> {pinned ? 'Unpin the baseline' : 'Pin as baseline'}
      </button>
      <ErrorLine error={error} />
    </>
  );
}

/** The primary metric first, the machine's own measurements last. */
function chartKeys(run: Run, primary: string | null): string[] {
  const rank = (key: string) => (key === primary ? 0 : key.startsWith('system/') ? 2 : 1);
  return Object.keys(run.metrics).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
