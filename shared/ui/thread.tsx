import { useId, useState } from 'react';
import type { ReactionKind } from '@benchmate/shared/domain/reaction';
import type { Thread } from '@benchmate/shared/domain/review';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import { ErrorLine } from './empty-state.tsx';
import { CommentBody } from './comment-body.tsx';
import { Avatar } from './person.tsx';
import { Reactions } from './reactions.tsx';
import { RelativeTime } from './relative-time.tsx';

/** A review thread: the text it is about, what was said, a reply, and settling it. */
export function ThreadView({
  thread,
  reply,
  resolve,
  me,
  react,
}: {
  thread: Thread;
  reply: (body: string) => Promise<unknown>;
  resolve: (resolved: boolean) => Promise<unknown>;
  /** Key of the person who looks; empty until it is known. */
  me: string;
  react: (reaction: { commentId: string; kind: ReactionKind; on: boolean }) => Promise<unknown>;
}) {
  const [body, setBody] = useState('');
  const [error, setError] = useState<unknown>(null);
  const field = useId();
  const attempt = (work: Promise<unknown>) => void work.then(() => (setError(null), setBody('')), setError);
  return (
    <article className="bm-thread" aria-label={`Thread on “${thread.anchor.quote.slice(0, 60)}”`}>
      <blockquote>
        {threadPlace(thread)} · {thread.anchor.quote}
      </blockquote>
      {thread.comments.map(comment => (
        <div className="bm-comment" key={comment.commentId}>
          <Avatar name={comment.author.name} device={comment.author.device} />
          <div className="bm-muted">
            {comment.author.name} · <RelativeTime at={comment.at} />
          </div>
          <div className="said">
            <CommentBody body={comment.body} quote={thread.anchor.quote} />
            <Reactions
              given={comment.reactions ?? []}
              me={me}
              react={(kind, on) =>
                void react({ commentId: comment.commentId, kind, on }).then(() => setError(null), setError)
              }
            />
          </div>
        </div>
      ))}
      <footer>
        <label className="bm-label" htmlFor={field} style={{ flex: 1 }}>
          <span className="bm-unseen">Reply</span>
          <textarea
            id={field}
            className="bm-field"
            value={body}
            onChange={event => setBody(event.target.value)}
            placeholder="Reply"
          />
        </label>
        <button className="bm-button" disabled={body.trim() === ''} onClick={() => attempt(reply(body))}>
          Reply
        </button>
        <button className="bm-button" onClick={() => attempt(resolve(!thread.resolved))}>
          {thread.resolved ? 'Reopen' : 'Resolve'}
        </button>
      </footer>
      <ErrorLine error={error} />
    </article>
  );
}
