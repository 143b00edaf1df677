import { useEffect, useRef } from 'react';
import { formatDuration } from '@benchmate/shared/diff/quantity-format';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import type { Job } from '@benchmate/shared/domain/job';
import { ErrorLine, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { RunState } from '@benchmate/shared/ui/run-state';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { jobList, runList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { useLoad } from '../engine/use-load.ts';
import { isOver, jobDetail } from '../jobs/job-words.ts';
import { useLog } from '../jobs/use-log.ts';
import { Link, navigate } from '../shell/router.tsx';
import { CancelButton, useNow } from './jobs-page.tsx';
import { PageHead } from './page-head.tsx';

const within = { name: 'Jobs', to: '/jobs' };

export function JobPage({ jobId }: { jobId: string }) {
  const known = useLive(jobList).items.find(job => job.jobId === jobId);
  const asked = useLoad(`job ${jobId}`, signal => engine.jobs.get.query({ jobId }, { signal }));
  const job = known ?? asked.data;
  if (job) return <JobView job={job} />;
  return (
    <>
      <PageHead title="Job" within={within} />
      {asked.error ? (
        <ErrorState error={asked.error} retry={asked.reload} />
      ) : (
        asked.slow && <Skeleton what="the job" />
      )}
    </>
  );
}

function JobView({ job }: { job: Job }) {
  const now = useNow(job.state === 'running');
  const runs = useLive(runList).items;
  return (
    <>
      <PageHead title={job.name} within={within} marks={<RunState state={job.state} />}>
        {isOver(job) ? <AgainButton job={job} /> : <CancelButton job={job} />}
      </PageHead>
      {job.message && (
        <p
          className={`bm-notice${job.state === 'failed' || job.state === 'lost' ? ' bad' : ''}`}
          style={{ marginBottom: 16 }}
        >
          <Icon name="info" /> <span>{job.message}</span>
        </p>
      )}
      <dl className="app-facts">
        <Fact name="State">{jobDetail(job, now)}</Fact>
        {job.startedAt !== null && (
          <Fact name="Started">
            <RelativeTime at={job.startedAt} />
          </Fact>
        )}
        {job.state === 'running' && job.startedAt !== null && (
          <Fact name="Running for">{formatDuration(now - job.startedAt)}</Fact>
        )}
        {job.runIds.length > 0 && (
          <Fact name={job.runIds.length === 1 ? 'Run' : 'Runs'}>
            {job.runIds.map((runId, index) => (
              <span key={runId}>
                {index > 0 && ', '}
                <Link to={pathTo('runs', runId)}>
                  {runs.find(run => run.runId === runId)?.name ?? runId.slice(0, 8)}
                </Link>
              </span>
            ))}
          </Fact>
        )}
        <Fact name="Command">
          <code className="bm-mono" style={{ overflowWrap: 'anywhere' }}>
            {job.command.join(' ')}
          </code>
        </Fact>
        {Object.keys(job.params).length > 0 && (
          <Fact name="Changed params">
            {Object.entries(job.params)
              .map(([key, value]) => `${key} = ${value}`)
              .join(', ')}
          </Fact>
        )}
      </dl>
      <Log job={job} />
    </>
  );
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** Follows the end of the log while the end is in view. */
function Log({ job }: { job: Job }) {
  const { text, cut, error, waiting } = useLog(job.jobId, isOver(job));
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  const onScroll = () => {
    const element = box.current!;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
  };
  return (
    <section
      className="app-section app-fill"
      style={{ display: 'flex', flexDirection: 'column', marginTop: 0 }}
      aria-labelledby="log"
    >
      <h2 id="log">Log {cut && <span className="bm-muted">only the end is shown</span>}</h2>
      <ErrorLine error={error} />
      <pre
        className="app-log"
        ref={box}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="Log of the job"
        onScroll={onScroll}
      >
        {text || (waiting ? '' : isOver(job) ? 'It wrote nothing.' : 'It has written nothing yet.')}
      </pre>
    </section>
  );
}

function AgainButton({ job }: { job: Job }) {
  const { busy, error, run } = useAction();
  const again = () =>
    run(
      () =>
        jobList.answer(
          engine.jobs.submit.mutate({
            ...(job.projectId === null ? { dir: job.dir } : { projectId: job.projectId }),
            command: job.command,
            params: job.params,
            name: job.name,
          }),
        ),
      next => navigate(pathTo('jobs', next.jobId)),
    );
  return (
    <>
      <button className="bm-button" disabled={busy} onClick={again}>
        <Icon name="debug-rerun" /> Run again
      </button>
      <ErrorLine error={error} />
    </>
  );
}
