import { pathTo } from '@benchmate/shared/domain/companion-path';
import type { Thread } from '@benchmate/shared/domain/review';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Avatar } from '@benchmate/shared/ui/person';
import { Reactions } from '@benchmate/shared/ui/reactions';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { Link } from '../shell/router.tsx';
import { CommentBody } from './comment-body.tsx';
import { ReplyBox } from './reply-box.tsx';

/** A review thread: the text it is about, what was said, a reply, and settling it. */
export function ThreadView({
  thread,
  changed,
}: {
  thread: Thread;
  /** What an action made of it, and what it did in words. */
  changed: (thread: Thread, words: string) => void;
}) {
  const { projectId, threadId, anchor, comments } = thread;
  const place = threadPlace(thread);
  const me = useLive(teamList).items[0]?.me.person ?? '';
  const reacting = useAction();
  return (
    <article className="bm-thread" aria-label={`Thread on “${anchor.quote.slice(0, 60)}”`}>
      <blockquote>
        <Link to={pathTo('threads', projectId, threadId)}>{place}</Link>
        {anchor.quote === place ? '' : ` · ${anchor.quote}`}
      </blockquote>
      {comments.map(comment => (
        <div className="bm-comment" key={comment.commentId}>
          <Avatar name={comment.author.name} device={comment.author.device} />
          <div className="bm-muted">
            {comment.author.name} · <RelativeTime at={comment.at} />
          </div>
          <div className="said">
            <CommentBody comment={comment} thread={thread} applied={changed} />
            <Reactions
              given={comment.reactions ?? []}
              me={me}
              react={(kind, on) =>
                reacting.run(
                  () => engine.reviews.react.mutate({ threadId, commentId: comment.commentId, kind, on }),
                  answer => changed(answer, 'Reacted to'),
                )
              }
            />
          </div>
        </div>
      ))}
      <ErrorLine error={reacting.error} />
      <ReplyBox thread={thread} changed={changed} />
    </article>
  );
}
