import { useEffect, useState } from 'react';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import type { Job } from '@benchmate/shared/domain/job';
import { EmptyState, ErrorLine, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { RunState } from '@benchmate/shared/ui/run-state';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { jobList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { useSlow } from '../engine/use-load.ts';
import { inOrder, isOver, jobDetail } from '../jobs/job-words.ts';
import { Link } from '../shell/router.tsx';
import { PageHead } from './page-head.tsx';

export function JobsPage() {
  const { items, phase, error } = useLive(jobList);
  const slow = useSlow(phase === 'loading');
  const jobs = inOrder(items);
  const groups: [string, Job[]][] = [
    ['Running', jobs.filter(({ state }) => state === 'running')],
    ['Queued', jobs.filter(({ state }) => state === 'queued')],
    ['Finished', jobs.filter(isOver).slice(0, 200)],
  ];
  return (
    <>
      <PageHead title="Jobs" />
      {phase === 'failed' && error ? (
        <ErrorState error={error} retry={() => void jobList.reload()} />
      ) : phase === 'loading' ? (
        slow && <Skeleton what="jobs" />
      ) : items.length === 0 ? (
        <EmptyState icon="server-process" title="This machine’s queue is empty.">
          Queue a training with <code className="bm-mono">benchmate run</code>, or with ＋ Queue above a params file in
          VS Code.
        </EmptyState>
      ) : (
        groups
          .filter(([, group]) => group.length > 0)
          .map(([name, group]) => (
            <section key={name} className="app-section" aria-labelledby={name}>
              <h2 id={name}>
                {name} <span className="bm-muted">{group.length}</span>
              </h2>
              <ul className="app-list">
                {group.map(job => (
                  <li key={job.jobId}>
                    <JobRow job={job} />
                  </li>
                ))}
              </ul>
            </section>
          ))
      )}
    </>
  );
}

function JobRow({ job }: { job: Job }) {
  const now = useNow(job.state === 'running');
  return (
    <div className="app-list-item">
      <RunState state={job.state} iconOnly />
      <span>
        <Link to={pathTo('jobs', job.jobId)}>
          <strong>{job.name}</strong>
        </Link>
        <span className="bm-muted">
          {jobDetail(job, now)} · <RelativeTime at={job.endedAt ?? job.startedAt ?? job.createdAt} />
        </span>
      </span>
      <span className="chips">
        {job.state === 'running' && job.progress?.total && (
          <progress max={job.progress.total} value={job.progress.done} aria-label={`Progress of ${job.name}`} />
        )}
        {!isOver(job) && <CancelButton job={job} />}
      </span>
    </div>
  );
}

export function CancelButton({ job }: { job: Job }) {
  const { busy, error, run } = useAction();
  return (
    <>
      <button
        className="bm-button"
        disabled={busy}
        onClick={() => run(() => jobList.answer(engine.jobs.cancel.mutate({ jobId: job.jobId })))}
      >
        Cancel<span className="bm-unseen"> {job.name}</span>
      </button>
      <ErrorLine error={error} />
    </>
  );
}

export function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
