import './comment.css';
import { suggestionIn, withoutSuggestion } from '@benchmate/shared/documents/suggestion';
import { Markdown } from './markdown.tsx';

/** What somebody said; a change that it suggests is shown as one. `quote`: the text that the thread is about. */
export function CommentBody({ body, quote }: { body: string; quote: string }) {
  const suggestion = suggestionIn(body);
  if (suggestion === null) return <Markdown text={body} />;
  const around = withoutSuggestion(body).trim();
  return (
    <>
      {around !== '' && <Markdown text={around} />}
      <figure className="bm-suggestion" aria-label="Suggested change">
        <pre>
          <del>
            <span className="bm-unseen">Instead of: </span>
            {quote}
          </del>
          {suggestion !== '' && (
            <ins>
              <span className="bm-unseen">Suggested: </span>
              {suggestion}
            </ins>
          )}
        </pre>
      </figure>
    </>
  );
}
