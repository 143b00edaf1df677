import { suggestionIn, takesSuggestions, withoutSuggestion } from '@benchmate/shared/documents/suggestion';
import type { Comment, Thread } from '@benchmate/shared/domain/review';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { engine } from '../engine/connection.tsx';
import { useAction } from '../engine/use-action.ts';
import { LiveMarkdown } from '../notes/live-markdown.tsx';
import { isOnSyncServer } from '../shell/base.ts';
import { SuggestedChange } from './suggested-change.tsx';

/** What somebody said; a change that it suggests is shown as one, and can be made in the file. */
export function CommentBody({
  comment,
  thread,
  applied,
}: {
  comment: Comment;
  thread: Thread;
  applied: (thread: Thread, words: string) => void;
}) {
  const { projectId, threadId, anchor, path, resolved } = thread;
  const { busy, error, run } = useAction();
  const suggestion = suggestionIn(comment.body);
  if (suggestion === null) return <LiveMarkdown text={comment.body} projectId={projectId} />;
  const around = withoutSuggestion(comment.body).trim();
  const apply = () =>
    run(
      () => engine.reviews.applySuggestion.mutate({ threadId, commentId: comment.commentId }),
      ({ thread: now, change }) => applied(now, `Applied to ${change.path}, line ${change.line}, and resolved:`),
    );
  return (
    <>
      {around !== '' && <LiveMarkdown text={around} projectId={projectId} />}
      <SuggestedChange before={anchor.quote} after={suggestion} />
      {!resolved && !isOnSyncServer && takesSuggestions(thread) && (
        <button className="bm-button bm-apply" disabled={busy} onClick={apply}>
          <Icon name="edit" /> Apply to {path}
        </button>
      )}
      <ErrorLine error={error} />
    </>
  );
}
