import type * as Y from 'yjs';
import { reactionKinds, type Reaction, type ReactionKind } from '../domain/reaction.ts';

interface Given {
  commentId: string;
  kind: ReactionKind;
  /** Key of the person's first device. */
  person: string;
}

/**
 * Y.Map `reactions` of a threads document: `<comment> <kind> <person>` → name. Each is a key of its own, so that what two people
 * give or take back apart never meets, and one person counts once.
 */
export function react(doc: Y.Doc, { commentId, kind, person }: Given, name: string | null): void {
  const key = `${commentId} ${kind} ${person}`;
  const reactions = doc.getMap('reactions');
  if (name === null) reactions.delete(key);
  else if (!reactions.has(key)) reactions.set(key, name);
}

/** By comment, in the order of the kinds, people by name. */
export function reactionsOf(doc: Y.Doc): Map<string, Reaction[]> {
  const found = new Map<string, Map<ReactionKind, Reaction['people']>>();
  for (const [key, name] of doc.getMap('reactions')) {
    const [commentId = '', kind, person] = key.split(' ');
    if (!isKind(kind) || person === undefined || typeof name !== 'string') continue;
    const ofComment = found.get(commentId) ?? new Map<ReactionKind, Reaction['people']>();
    found.set(commentId, ofComment.set(kind, [...(ofComment.get(kind) ?? []), { person, name: name.slice(0, 100) }]));
  }
  return new Map(
    [...found].map(([commentId, kinds]) => [
      commentId,
      reactionKinds.flatMap(kind => {
        const people = kinds.get(kind) ?? [];
        return people.length > 0 ? [{ kind, people: people.toSorted((a, b) => (a.person < b.person ? -1 : 1)) }] : [];
      }),
    ]),
  );
}

const isKind = (kind: string | undefined): kind is ReactionKind =>
  (reactionKinds as readonly (string | undefined)[]).includes(kind);
