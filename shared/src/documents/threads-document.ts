import * as Y from 'yjs';
import { comment, type Comment, type Thread } from '../domain/review.ts';
import type { NewAnchor } from '../domain/thread-anchor.ts';
import { reactionsOf } from './reactions.ts';
import { readAnchor } from './read-anchor.ts';

/** What the document itself holds of a thread; project and path follow from the document's name. */
export interface ThreadStart {
  threadId: string;
  anchor: NewAnchor;
  comment: Comment;
}
type Place = Pick<Thread, 'projectId' | 'path'>;

/** Threads of one file, all or those `wanted`, in order of their place, then age. Parts that make no sense are left out. */
export function threadsOf(doc: Y.Doc, place: Place, wanted?: ReadonlySet<string>): Thread[] {
  const reactions = reactionsOf(doc);
  const threads = [...doc.getMap('threads')].flatMap(([threadId, value]): Thread[] => {
    if (wanted?.has(threadId) === false) return [];
    const anchor = value instanceof Y.Map ? readAnchor(value.get('anchor')) : null;
    if (!(value instanceof Y.Map) || !anchor) return [];
    const comments = commentsOf(value).map(each => {
      const given = reactions.get(each.commentId);
      return given ? { ...each, reactions: given } : each;
    });
    return [{ threadId, ...place, anchor, resolved: value.get('resolved') === true, comments }];
  });
  return threads.sort((a, b) => a.anchor.line - b.anchor.line || age(a) - age(b) || (a.threadId < b.threadId ? -1 : 1));
}

export function startThread(doc: Y.Doc, { threadId, anchor, comment: first }: ThreadStart, origin?: unknown): void {
  doc.transact(() => {
    const thread = new Y.Map<unknown>([
      ['anchor', anchor],
      ['resolved', false],
      ['comments', Y.Array.from([first])],
    ]);
    doc.getMap('threads').set(threadId, thread);
  }, origin);
}

/** False when there is no such thread. Two replies made apart both stay, in the same order for everybody. */
export function replyTo(doc: Y.Doc, threadId: string, reply: Comment, origin?: unknown): boolean {
  const comments = threadMap(doc, threadId)?.get('comments');
  if (!(comments instanceof Y.Array)) return false;
  doc.transact(() => comments.push([reply]), origin);
  return true;
}

/** False when there is no such thread. */
export function setResolved(doc: Y.Doc, threadId: string, resolved: boolean, origin?: unknown): boolean {
  return setField(doc, threadId, 'resolved', resolved, origin);
}

/** Takes down where a thread was found again, so that the next search begins there. False when there is no such thread. */
export function moveThread(doc: Y.Doc, threadId: string, anchor: NewAnchor, origin?: unknown): boolean {
  return setField(doc, threadId, 'anchor', anchor, origin);
}

/** Reactions stand beside comments, not in them. */
const storedComment = comment.omit({ reactions: true });

const age = ({ comments }: Thread): number => comments[0]?.at ?? 0;

function setField(doc: Y.Doc, threadId: string, key: string, value: unknown, origin: unknown): boolean {
  const thread = threadMap(doc, threadId);
  if (!thread) return false;
  if (JSON.stringify(thread.get(key)) !== JSON.stringify(value)) doc.transact(() => thread.set(key, value), origin);
  return true;
}

function threadMap(doc: Y.Doc, threadId: string): Y.Map<unknown> | null {
  const thread = doc.getMap('threads').get(threadId);
  return thread instanceof Y.Map ? thread : null;
}

function commentsOf(thread: Y.Map<unknown>): Comment[] {
  const comments = thread.get('comments');
  if (!(comments instanceof Y.Array)) return [];
  return comments.toArray().flatMap(value => {
    const parsed = storedComment.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}
