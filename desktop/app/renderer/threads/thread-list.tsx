import { useId, useState } from 'react';
import type { Thread } from '@benchmate/shared/domain/review';
import type { NewAnchor } from '@benchmate/shared/domain/thread-anchor';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { ThreadView } from '@benchmate/shared/ui/thread';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';

/** Open threads one below the other; each can be answered and settled. */
export function ThreadList({ threads, reload }: { threads: readonly Thread[]; reload: () => void }) {
  const me = useLive(teamList).items[0]?.me.person ?? '';
  return threads.map(thread => (
    <ThreadView
      key={thread.threadId}
      thread={thread}
      me={me}
      react={reaction => engine.reviews.react.mutate({ threadId: thread.threadId, ...reaction }).then(reload)}
      reply={body => engine.reviews.reply.mutate({ threadId: thread.threadId, body }).then(reload)}
      resolve={resolved => engine.reviews.resolve.mutate({ threadId: thread.threadId, resolved }).then(reload)}
    />
  ));
}

/** A button that opens a box for the first comment of a thread. `about` says on what, as a reader of screens hears it. */
export function NewThread({
  projectId,
  anchor,
  about,
  begun,
}: {
  projectId: string;
  anchor: NewAnchor;
  about: string;
  begun: () => void;
}) {
  const [open, setOpen] = useState(false);
  const [body, setBody] = useState('');
  const { busy, error, run } = useAction();
  const field = useId();
  if (!open)
    return (
      <button className="bm-button quiet" onClick={() => setOpen(true)} aria-label={`Comment on ${about}`}>
        Comment
      </button>
    );
  const send = () =>
    run(
      () => engine.reviews.start.mutate({ projectId, anchor, body }),
      () => (setOpen(false), setBody(''), begun()),
    );
  return (
    <div className="bm-thread">
      <label className="bm-label" htmlFor={field}>
        Comment on {about}
        <textarea
          id={field}
          className="bm-field"
          autoFocus
          value={body}
          onChange={event => setBody(event.target.value)}
          onKeyDown={event => event.key === 'Escape' && setOpen(false)}
        />
      </label>
      <footer>
        <button className="bm-button" disabled={busy || body.trim() === ''} onClick={send}>
          Comment
        </button>
        <button className="bm-button quiet" onClick={() => setOpen(false)}>
          Cancel
        </button>
      </footer>
      <ErrorLine error={error} />
    </div>
  );
}
