import { Suspense, lazy, useEffect, type ReactNode } from 'react';
import { EmptyState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { useLink } from '../engine/connection.tsx';
import { ComparePage } from '../pages/compare-page.tsx';
import { FileReviewPage } from '../pages/file-review-page.tsx';
import { InboxPage } from '../pages/inbox-page.tsx';
import { JobPage } from '../pages/job-page.tsx';
import { JobsPage } from '../pages/jobs-page.tsx';
import { ModelPage } from '../pages/model-page.tsx';
import { ModelsPage } from '../pages/models-page.tsx';
import { NotesPage } from '../pages/notes-page.tsx';
import { PageHead } from '../pages/page-head.tsx';
import { ReviewersPage } from '../pages/reviewers-page.tsx';
import { RunPage } from '../pages/run-page.tsx';
import { RunsPage } from '../pages/runs-page.tsx';
import { TeamPage } from '../pages/team-page.tsx';
import { ThreadPage } from '../pages/thread-page.tsx';
import { WebhookPage } from '../pages/webhook-page.tsx';
import { WebhooksPage } from '../pages/webhooks-page.tsx';
import { KnownAgents } from '../team/known-agents.tsx';
import { PeopleHere } from '../presence/people-here.tsx';
import { isOnSyncServer } from './base.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { PageFailure } from './page-failure.tsx';
import { Rail } from './rail.tsx';
import { Link, navigate, usePlace, type Place } from './router.tsx';
import { Search } from './search.tsx';
import { NoSession, OpenPage } from './session.tsx';
import { useArrival } from './use-arrival.ts';

const DraftPage = lazy(() => import('../pages/draft-page.tsx'));
const NotePage = lazy(() => import('../pages/note-page.tsx'));

export function App() {
  const place = usePlace();
  const link = useLink();
  useArrival(place.segments.join('/'));
  if (isOnSyncServer && needsMachine.has(place.segments[0] ?? '')) return <Alone>{<NeedsMachine />}</Alone>;
  if (place.segments[0] === 'open') return <Alone>{<OpenPage />}</Alone>;
  if (link === 'no-session')
    return (
      <Alone>
        <NoSession />
      </Alone>
    );
  return (
    <div className="app">
      <a
        className="app-skip bm-button"
        href="#main"
        onClick={event => (event.preventDefault(), document.getElementById('main')?.focus())}
      >
        Go to the content
      </a>
      <Rail />
      <div className="app-column">
        <header className="app-bar">
          <Search />
          <PeopleHere />
        </header>
        <ConnectionBanner />
        <main id="main" tabIndex={-1} key={place.segments[0]} aria-label={names[place.segments[0] ?? '']}>
          <PageFailure key={place.segments.join('/')}>
            <KnownAgents>
              <Page {...place} />
            </KnownAgents>
          </PageFailure>
        </main>
      </div>
    </div>
  );
}

/** Pages of what stays on machines: their addresses come from teammates who have an engine. */
const needsMachine: ReadonlySet<string> = new Set(['jobs', 'drafts', 'files', 'webhooks']);

const NeedsMachine = () => (
  <EmptyState
    icon="server-process"
    title="This page needs Benchmate on a machine."
    actions={<Link to="/inbox">Inbox</Link>}
  >
    Jobs, files and drafts stay on the machines that made them; a browser has none of them. Install Benchmate to see
    them.
  </EmptyState>
);

const Alone = ({ children }: { children: ReactNode }) => <main className="app-alone">{children}</main>;

function Page({ segments, query }: Place) {
  const [area = '', id, part] = segments;
  usePageTitle(segments);
  if (area === '') return <Home />;
  if (area === 'inbox') return <InboxPage query={query} />;
  if (area === 'runs') return id ? <RunPage key={id} runId={id} /> : <RunsPage query={query} />;
  if (area === 'compare') return <ComparePage query={query} />;
  if (area === 'models') return id ? <ModelPage key={id} model={id} part={part} /> : <ModelsPage />;
  if (area === 'jobs') return id ? <JobPage key={id} jobId={id} /> : <JobsPage />;
  if (area === 'team') return <TeamPage />;
  if (area === 'reviewers') return <ReviewersPage />;
  if (area === 'files' && id && query.has('path'))
    return <FileReviewPage key={query.get('path')} projectId={id} path={query.get('path') ?? ''} />;
  if (area === 'webhooks') return id ? <WebhookPage key={id} webhookId={id} /> : <WebhooksPage />;
  if (area === 'threads' && id && part) return <ThreadPage key={part} projectId={id} threadId={part} />;
  if (area === 'drafts' && id)
    return (
      <Suspense fallback={<Skeleton what="the editor" />}>
        <DraftPage key={id} draftId={id} />
      </Suspense>
    );
  if (area === 'notes')
    return id ? (
      <Suspense fallback={<Skeleton what="the editor" />}>
        <NotePage key={id} noteId={id} />
      </Suspense>
    ) : (
      <NotesPage />
    );
  return (
    <>
      <PageHead title="Not found" />
      <EmptyState icon="search" title="There is no such page." actions={<Link to="/runs">All runs</Link>}>
        The address may have been cut off.
      </EmptyState>
    </>
  );
}

function Home() {
  useEffect(() => navigate(isOnSyncServer ? '/inbox' : '/runs', { replace: true }), []);
  return null;
}

const names: Record<string, string> = {
  compare: 'Compare',
  drafts: 'Draft',
  files: 'Review',
  inbox: 'Inbox',
  jobs: 'Jobs',
  models: 'Models',
  notes: 'Notes',
  reviewers: 'Reviewers',
  runs: 'Runs',
  team: 'Team',
  threads: 'Thread',
  webhooks: 'Webhooks',
};

function usePageTitle([area = '', id]: string[]): void {
  useEffect(() => {
    const name = names[area] ?? 'Benchmate';
    document.title = area === 'models' && id ? `${id} · Models · Benchmate` : `${name} · Benchmate`;
  }, [area, id]);
}
