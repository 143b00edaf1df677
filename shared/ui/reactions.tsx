import './comment.css';
import { useState } from 'react';
import type { Reaction, ReactionKind } from '@benchmate/shared/domain/reaction';
import { reactionEmoji, reactionKinds } from '@benchmate/shared/domain/reaction';

/** Who reacted how to a comment, and one's own reactions. `me`: key of the person who looks. */
export function Reactions({
  given,
  me,
  react,
}: {
  given: readonly Reaction[];
  me: string;
  react: (kind: ReactionKind, on: boolean) => void;
}) {
  const [choosing, setChoosing] = useState(false);
  const peopleOf = (kind: ReactionKind) => given.find(each => each.kind === kind)?.people ?? [];
  const shown = reactionKinds.filter(kind => choosing || peopleOf(kind).length > 0);
  return (
    <div className="bm-reactions" role="group" aria-label="Reactions">
      {shown.map(kind => {
        const people = peopleOf(kind);
        const mine = people.some(({ person }) => person === me);
        const names = people.map(({ name }) => name).join(', ');
        return (
          <button
            key={kind}
            type="button"
            aria-pressed={mine}
            aria-label={names === '' ? kind : `${kind}, ${people.length}: ${names}`}
            title={names || kind}
            onClick={() => {
              setChoosing(false);
              react(kind, !mine);
            }}
          >
            {reactionEmoji[kind]} {people.length > 0 && people.length}
          </button>
        );
      })}
      <button type="button" aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
        React
      </button>
    </div>
  );
}
