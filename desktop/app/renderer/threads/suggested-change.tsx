import '@benchmate/shared/ui/comment.css';
import { useMemo } from 'react';
import { changedWords } from '@benchmate/shared/diff/changed-words';
import type { WordChange } from '@benchmate/shared/diff/prose';
import { shownPlainly, UnseenNote } from '../notes/unseen-note.tsx';

/** A change that a comment suggests: what stands there and what would, with the words that differ marked in both. */
export function SuggestedChange({ before, after }: { before: string; after: string }) {
  const words = useMemo(() => changedWords(shownPlainly(before), shownPlainly(after)), [before, after]);
  return (
    <>
      <figure className="bm-suggestion" aria-label="Suggested change">
        <pre>
          <del>
            <span className="bm-unseen">Instead of: </span>
            <Side words={words} without="added" />
          </del>
          {after === '' ? (
            <ins>
              <em>nothing: the text goes</em>
            </ins>
          ) : (
            <ins>
              <span className="bm-unseen">Suggested: </span>
              <Side words={words} without="removed" />
            </ins>
          )}
        </pre>
      </figure>
      <UnseenNote text={after} what="the suggested text" />
    </>
  );
}

/** One of the two texts; where nothing stays, nothing is told apart. */
function Side({ words, without }: { words: readonly WordChange[]; without: 'added' | 'removed' }) {
  const telling = words.some(({ kind }) => kind === 'same');
  return words
    .filter(({ kind }) => kind !== without)
    .map(({ kind, text }, index) => (kind === 'same' || !telling ? text : <b key={index}>{text}</b>));
}
