import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { handleOf, sameHandle } from '@benchmate/shared/domain/mention';
import type { TextHit } from '@benchmate/shared/domain/text-hit';
import { isMine, nameOf, type Viewer } from './viewer.ts';

/** A note or comment that mentions somebody. */
export type Mention = Omit<TextHit, 'snippet'>;

/**
 * What this person is mentioned by, as it is compared: the whole name with hyphens, and the first name where nobody else of the team
 * has it.
 */
export function handlesOf(viewer: Viewer): string[] {
  const present = viewer.members.filter(({ active, agentOf }) => active && !agentOf);
  const mine = present.filter(({ device }) => isMine(viewer, device));
  const others = present.filter(member => !mine.includes(member));
  const taken = new Set(others.flatMap(({ name }) => [whole(name), first(name)]));
  const firsts = mine.map(({ name }) => first(name)).filter(handle => !taken.has(handle));
  return [...new Set([...mine.map(({ name }) => whole(name)), ...firsts])].filter(Boolean);
}

/** Notes and comments that mention this person. A note is written by many: its own author may be mentioned in it by another. */
export function mentionItems(
  hits: readonly Mention[],
  viewer: Viewer,
  placeOf: (projectId: string, threadId: string) => { path: string; line: number },
): InboxItem[] {
  const alone = !viewer.members.some(({ active, device }) => active && !isMine(viewer, device));
  const asked = hits.filter(({ kind, author }) => !isMine(viewer, author.device) || (kind === 'note' && !alone));
  return asked.map(({ kind, projectId, itemId, threadId, title, author, at }): InboxItem => {
    const who = kind === 'note' ? '' : nameOf(viewer, author.device);
    return {
      itemId: `mention:${itemId}`,
      kind: 'mention',
      who,
      sentence:
        kind === 'note' ? `You are mentioned in the note “${title}”.` : `${who} mentions you in a comment on ${title}.`,
      next: 'Read it, answer if you are asked, then put this away.',
      evidence: [],
      since: at,
      until: null,
      project: projectId,
      action: kind === 'note' ? 'Open the note' : 'Open the thread',
      place:
        kind === 'note'
          ? { kind: 'note', noteId: itemId }
          : { kind: 'thread', projectId, threadId: threadId ?? '', ...placeOf(projectId, threadId ?? '') },
      dismissible: true,
    };
  });
}

const whole = (name: string): string => sameHandle(handleOf(name));
const first = (name: string): string => sameHandle(handleOf(name.trim().split(/\s/u, 1)[0] ?? ''));
