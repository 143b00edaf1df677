import { useId, useState, type KeyboardEvent } from 'react';
import type { NewAnchor } from '@benchmate/shared/domain/thread-anchor';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { engine } from '../engine/connection.tsx';
import { useAction } from '../engine/use-action.ts';

/** A button that opens a box for the first comment of a thread. `about` says on what, as a reader of screens hears it. */
export function NewThread({
  projectId,
  path,
  anchor,
  about,
  begun,
}: {
  projectId: string;
  /** The file that the anchor is about, if it is about one. */
  path?: string;
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
      <button
        className="bm-button quiet"
        style={{ alignSelf: 'start', justifySelf: 'start' }}
        onClick={() => setOpen(true)}
        aria-label={`Comment on ${about}`}
      >
        <Icon name="comment" /> Comment
      </button>
    );
  const empty = body.trim() === '';
  const send = () =>
    run(
      () => engine.reviews.start.mutate({ projectId, ...(path === undefined ? {} : { path }), anchor, body }),
      () => (setOpen(false), setBody(''), begun()),
    );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setOpen(false);
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || empty) return;
    event.preventDefault();
    send();
  };
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
          onKeyDown={onKeyDown}
        />
      </label>
      <footer>
        <button className="bm-button" disabled={busy || empty} title="Ctrl+Enter, or ⌘+Enter" onClick={send}>
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
