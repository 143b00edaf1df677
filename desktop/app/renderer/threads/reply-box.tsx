import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { newSuggestion, takesSuggestions } from '@benchmate/shared/documents/suggestion';
import type { Thread } from '@benchmate/shared/domain/review';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { engine } from '../engine/connection.tsx';
import { useAction } from '../engine/use-action.ts';

/** The end of a thread: answer it, suggest what its text should say, settle it. */
export function ReplyBox({ thread, changed }: { thread: Thread; changed: (thread: Thread, words: string) => void }) {
  const { threadId, anchor, resolved } = thread;
  const [body, setBody] = useState('');
  const { busy, error, run } = useAction();
  const field = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const empty = body.trim() === '';
  const reply = () =>
    run(
      () => engine.reviews.reply.mutate({ threadId, body }),
      answer => (setBody(''), changed(answer, 'Answered')),
    );
  const resolve = () =>
    run(
      () => engine.reviews.resolve.mutate({ threadId, resolved: !resolved }),
      answer => changed(answer, answer.resolved ? 'Resolved:' : 'Reopened:'),
    );
  const suggest = () => {
    const before = empty ? '' : `${body.trimEnd()}\n\n`;
    const { text, from, to } = newSuggestion(anchor.quote);
    setBody(before + text);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(before.length + from, before.length + to);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || empty) return;
    event.preventDefault();
    reply();
  };
  return (
    <>
      <footer>
        <label className="bm-label grow" htmlFor={field}>
          <span className="bm-unseen">Reply</span>
          <textarea
            ref={box}
            id={field}
            className="bm-field"
            rows={Math.min(12, Math.max(2, body.split('\n').length))}
            value={body}
            onChange={event => setBody(event.target.value)}
            onKeyDown={onKeyDown}
            placeholder="Reply"
          />
        </label>
        <button className="bm-button" disabled={busy || empty} title="Ctrl+Enter, or ⌘+Enter" onClick={reply}>
          Reply
        </button>
        {takesSuggestions(thread) && !resolved && (
          <button className="bm-button quiet" onClick={suggest}>
            Suggest a change
          </button>
        )}
        <button className="bm-button" disabled={busy} onClick={resolve}>
          {resolved ? 'Reopen' : 'Resolve'}
        </button>
      </footer>
      <ErrorLine error={error} />
    </>
  );
}
