import { useEffect, useMemo, useState } from 'react';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import { EmptyState, ErrorLine, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { engine, noticed } from '../engine/connection.tsx';
import { draftList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { useLoad } from '../engine/use-load.ts';
import { isOnSyncServer } from '../shell/base.ts';
import { Link, navigate } from '../shell/router.tsx';
import { Arrivals } from '../threads/arrivals.tsx';
import { Done } from '../threads/done.tsx';
import { ThreadView } from '../threads/thread-view.tsx';
import { PageHead } from './page-head.tsx';

/** One thread on a file of a project, with what it was about. */
export function ThreadPage({ projectId, threadId }: { projectId: string; threadId: string }) {
  const {
    data: thread,
    error,
    slow,
    reload,
  } = useLoad(`thread ${threadId}`, signal => engine.reviews.thread.query({ threadId }, { signal }));
  const [done, setDone] = useState('');
  const threads = useMemo(() => thread && [thread], [thread]);
  useEffect(() => {
    const { unsubscribe } = engine.reviews.changes.subscribe(
      { projectId },
      { next: changed => changed.threadId === threadId && reload(), missed: reload, error: noticed },
    );
    return unsubscribe;
  }, [projectId, threadId, reload]);
  const within = { name: 'Inbox', to: '/inbox' };
  if (!thread)
    return (
      <>
        <PageHead title="Thread" within={within} />
        {error?.code === 'NOT_FOUND' ? (
          <EmptyState icon="comment" title="There is no such thread." actions={<Link to="/inbox">Inbox</Link>}>
            It may not have arrived on this device yet.
          </EmptyState>
        ) : error ? (
          <ErrorState error={error} retry={reload} />
        ) : (
          slow && <Skeleton what="the thread" />
        )}
      </>
    );
  return (
    <>
      <PageHead title={`Thread on ${threadPlace(thread)}`} within={within} />
      <div className="app-stack app-text">
        <Arrivals threads={threads} />
        {done !== '' && thread.resolved && <Done words={done} />}
        <ThreadView
          thread={thread}
          changed={(now, words) => {
            setDone(now.resolved && !thread.resolved ? words.replace(/:$/, '.') : '');
            reload();
          }}
        />
        {!isOnSyncServer && <DraftAnswer projectId={projectId} threadId={threadId} />}
      </div>
    </>
  );
}

/** For an answer that wants time: nobody sees it before it is published. */
function DraftAnswer({ projectId, threadId }: { projectId: string; threadId: string }) {
  const { busy, error, run } = useAction();
  const begin = () =>
    run(
      () => draftList.answer(engine.drafts.create.mutate({ projectId, target: { kind: 'reply', threadId }, body: '' })),
      ({ draftId }) => navigate(pathTo('drafts', draftId)),
    );
  return (
    <>
      <div>
        <button className="bm-button" disabled={busy} onClick={begin}>
          Answer in a draft
        </button>
      </div>
      <ErrorLine error={error} />
    </>
  );
}
