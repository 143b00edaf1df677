import * as Y from 'yjs';
import { z } from 'zod';

const noteHead = z.object({
  title: z.string(),
  author: z.object({ device: z.string(), name: z.string() }),
  /** Milliseconds since 1970 UTC. */
  createdAt: z.number(),
  /** What it is about; null for the project alone. Earlier versions do not say it. */
  about: z.string().max(500).nullable().catch(null).default(null),
});
/** What a project's document says of a note; the text is in the note's own document. */
export type NoteHead = z.infer<typeof noteHead> & { noteId: string };

/** As a note begins. */
type NewNoteHead = Omit<NoteHead, 'about'> & { about?: string | null };

/** Run that the team pinned as baseline; null when none is. */
export function baselineOf(doc: Y.Doc): string | null {
  const runId = doc.getMap('pins').get('baseline');
  return typeof runId === 'string' ? runId : null;
}

export function pinBaseline(doc: Y.Doc, runId: string | null, origin?: unknown): void {
  if (baselineOf(doc) === runId) return;
  doc.transact(() => {
    if (runId === null) doc.getMap('pins').delete('baseline');
    else doc.getMap('pins').set('baseline', runId);
  }, origin);
}

/** Newest first. Heads that make no sense (a teammate's other version) are left out. */
export function notesOf(doc: Y.Doc): NoteHead[] {
  const heads = [...doc.getMap('notes')].flatMap(([noteId, value]) => {
    const head = noteHead.safeParse(value instanceof Y.Map ? value.toJSON() : value);
    return head.success ? [{ noteId, ...head.data }] : [];
  });
  return heads.sort((a, b) => b.createdAt - a.createdAt || (a.noteId < b.noteId ? -1 : 1));
}

export function addNote(doc: Y.Doc, { noteId, title, author, createdAt, about }: NewNoteHead, origin?: unknown): void {
  doc.transact(() => {
    const head = new Y.Map<unknown>([
      ['title', title],
      ['author', author],
      ['createdAt', createdAt],
      ...(about ? [['about', about] as const] : []),
    ]);
    doc.getMap('notes').set(noteId, head);
  }, origin);
}

export function retitleNote(doc: Y.Doc, noteId: string, title: string, origin?: unknown): void {
  const head = doc.getMap('notes').get(noteId);
  if (head instanceof Y.Map && head.get('title') !== title) doc.transact(() => head.set('title', title), origin);
}

export function removeNote(doc: Y.Doc, noteId: string, origin?: unknown): void {
  if (doc.getMap('notes').has(noteId)) doc.transact(() => doc.getMap('notes').delete(noteId), origin);
}

/** Ids of runs that somebody shared; each has a document of its own. */
export const sharedRunsOf = (doc: Y.Doc): string[] => [...doc.getMap('runs').keys()];

export function addSharedRun(doc: Y.Doc, runId: string): void {
  if (!doc.getMap('runs').has(runId)) doc.transact(() => doc.getMap('runs').set(runId, true));
}

/** Files with review threads: file key (see document-id.ts) → path in the project. */
export function filesOf(doc: Y.Doc): Map<string, string> {
  const files = new Map<string, string>();
  for (const [fileKey, path] of doc.getMap('files')) if (typeof path === 'string') files.set(fileKey, path);
  return files;
}

export function addFile(doc: Y.Doc, fileKey: string, path: string, origin?: unknown): void {
  if (doc.getMap('files').get(fileKey) !== path) doc.transact(() => doc.getMap('files').set(fileKey, path), origin);
}
