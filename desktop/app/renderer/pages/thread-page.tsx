import { useEffect } from 'react';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import { EmptyState, ErrorLine, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { ThreadView } from '@benchmate/shared/ui/thread';
import { engine, noticed } from '../engine/connection.tsx';
import { draftList, teamList } from '../engine/lists.ts';
import { useLive } from '../engine/live-list.ts';
import { useAction } from '../engine/use-action.ts';
import { useLoad } from '../engine/use-load.ts';
import { Link, navigate } from '../shell/router.tsx';
import { PageHead } from './page-head.tsx';

/** One thread on a file of a project, with what it was about. */
export function ThreadPage({ projectId, threadId }: { projectId: string; threadId: string }) {
  const { data, error, slow, reload } = useLoad(`thread ${projectId} ${threadId}`, signal =>
    engine.reviews.threads.query({ projectId }, { signal }),
  );
  useEffect(() => {
    const { unsubscribe } = engine.reviews.changes.subscribe(
      { projectId },
      { next: thread => thread.threadId === threadId && reload(), missed: reload, error: noticed },
    );
    return unsubscribe;
  }, [projectId, threadId, reload]);
  const me = useLive(teamList).items[0]?.me.person ?? '';
  const thread = data?.find(known => known.threadId === threadId);
  const within = { name: 'Inbox', to: '/inbox' };
  if (!thread)
    return (
      <>
        <PageHead title="Thread" within={within} />
        {error ? (
          <ErrorState error={error} retry={reload} />
        ) : data ? (
          <EmptyState icon="comment" title="There is no such thread." actions={<Link to="/inbox">Inbox</Link>}>
            It may not have arrived on this device yet.
          </EmptyState>
        ) : (
          slow && <Skeleton what="the thread" />
        )}
      </>
    );
  return (
    <>
      <PageHead title={`Thread on ${threadPlace(thread)}`} within={within} />
      <div className="app-stack app-text">
        <ThreadView
          thread={thread}
          reply={body => engine.reviews.reply.mutate({ threadId, body }).then(reload)}
          me={me}
          react={reaction => engine.reviews.react.mutate({ threadId, ...reaction }).then(reload)}
          resolve={resolved => engine.reviews.resolve.mutate({ threadId, resolved }).then(reload)}
        />
        <DraftAnswer projectId={projectId} threadId={threadId} />
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
