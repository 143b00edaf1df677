import { useEffect, useId, useMemo, useState, type RefObject } from 'react';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { passagesOf, rangeOfShown } from '@benchmate/shared/formats/passages';
import type { Project } from '@benchmate/shared/domain/project';
import { NewThread } from '../threads/new-thread.tsx';

interface Chosen {
  words: string;
  before: string;
}

/**
 * Begins a thread on a passage of a card: on the words that are chosen in it, or, for who does not use a mouse, on one of its
 * paragraphs from a list. `source`: the card as it is written; `shown`: where it is drawn.
 */
export function CommentOnCard({
  source,
  project,
  shown,
}: {
  source: string;
  project: Project;
  shown: RefObject<HTMLElement | null>;
}) {
  const passages = useMemo(() => passagesOf(source), [source]);
  const [index, setIndex] = useState(0);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const list = useId();
  useEffect(() => {
    const look = () => {
      const now = chosenIn(shown.current);
      // Going on to the button takes the choice away; what was chosen last is still meant.
      if (now) setChosen(now);
    };
    document.addEventListener('selectionchange', look);
    return () => document.removeEventListener('selectionchange', look);
  }, [shown]);
  const ofWords = chosen && rangeOfShown(source, chosen.words, chosen.before);
  const range = index < 0 ? ofWords : passages[index]?.range;
  useEffect(() => {
    if (ofWords) setIndex(-1);
  }, [chosen]);
  if (passages.length === 0) return null;
  return (
    <div className="app-spaced">
      <label className="bm-label" htmlFor={list}>
        Comment on a passage of {project.card}: choose it here, or select words above
        <select
          id={list}
          className="bm-field"
          value={range ? index : 0}
          onChange={event => setIndex(Number(event.target.value))}
        >
          {ofWords && <option value={-1}>“{short(chosen.words)}”</option>}
          {passages.map(({ label }, at) => (
            <option key={at} value={at}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <NewThread
        key={index}
        projectId={project.projectId}
        path={project.card}
        anchor={makeAnchor(source, range ?? passages[0]!.range)}
        about={`the chosen passage of ${project.card}`}
        begun={() => (setChosen(null), setIndex(0))}
      />
    </div>
  );
}

/** Words that are chosen inside an element, and what is shown before them. */
function chosenIn(element: HTMLElement | null): Chosen | null {
  const selection = getSelection();
  if (!element || !selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!element.contains(range.commonAncestorContainer)) return null;
  const earlier = document.createRange();
  earlier.setStart(element, 0);
  earlier.setEnd(range.startContainer, range.startOffset);
  return { words: selection.toString(), before: earlier.toString() };
}

const short = (text: string): string => {
  const words = text.trim().replaceAll(/\s+/g, ' ');
  return words.length > 60 ? `${words.slice(0, 60)}…` : words;
};
