import { linkTargetsIn } from '@benchmate/shared/domain/bench-link';
import { mentionsIn } from '@benchmate/shared/domain/mention';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import { documentIds, homeOf, isSealed, sealedNames } from '@benchmate/shared/documents/document-id';
import { noteBody } from '@benchmate/shared/documents/note-document';
import { filesOf, notesOf, type NoteHead } from '@benchmate/shared/documents/project-document';
import { threadsOf } from '@benchmate/shared/documents/threads-document';
import { documentKind } from '../../replication/documents/document-kind.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';

/** A note or a comment as search keeps it. */
export interface Entry {
  team: string;
  project: string;
  documentId: string;
  kind: 'note' | 'comment';
  itemId: string;
  threadId: string | null;
  title: string;
  author: { device: string; name: string };
  at: number;
  body: string;
  /** What a note is about, as an address. */
  about: string | null;
}

/** What it points at, what it is `about:`, and `@` with whom it mentions. */
export const linksOf = ({ title, body, about }: Pick<Entry, 'title' | 'body' | 'about'>): string[] => [
  ...new Set([
    ...(about === null ? [] : [about, `about:${about}`]),
    ...linkTargetsIn(title),
    ...linkTargetsIn(body),
    ...mentionsIn(body).map(handle => `@${handle}`),
  ]),
];

/** The document that holds a note's text: of an encrypted one the clear text, which is on this device alone. */
export const noteDocument = (team: string, project: string, noteId: string): string =>
  isSealed(noteId) ? documentIds.clear(team, project, sealedNames.note(noteId)) : documentIds.note(team, noteId);

/** What a project's document names: its notes, and the documents with threads. */
export function namedIn(hub: DocumentHub, documentId: string): { notes: NoteHead[]; threads: string[] } {
  const its = documentKind(documentId);
  if (its?.kind !== 'project') return { notes: [], threads: [] };
  const { teamId, projectId } = its;
  return hub.read(documentId, doc => ({
    notes: notesOf(doc),
    threads: [...filesOf(doc).keys()].map(key =>
      isSealed(key)
        ? documentIds.clear(teamId, projectId, sealedNames.threads(key.slice(0, -'-sealed'.length)))
        : documentIds.threads(teamId, projectId, key),
    ),
  }));
}

export function noteEntry(hub: DocumentHub, team: string, project: string, head: NoteHead): Entry {
  const entry = titleEntry(team, project, head);
  return { ...entry, body: hub.read(entry.documentId, noteBody) };
}

/** A note without its text, which costs nothing to read. */
export function titleEntry(team: string, project: string, head: NoteHead): Entry {
  const documentId = noteDocument(team, project, head.noteId);
  return {
    team,
    project,
    documentId,
    kind: 'note',
    itemId: head.noteId,
    threadId: null,
    title: head.title,
    author: head.author,
    at: head.createdAt,
    body: '',
    about: head.about,
  };
}

/** The comments of a document with threads; none while its project's document does not say which file they are about. */
export function commentEntries(hub: DocumentHub, documentId: string): Entry[] {
  const its = documentKind(documentId);
  if (its?.kind !== 'threads') return [];
  const { projectId, fileKey } = its;
  const team = homeOf(documentId);
  const path = hub.read(documentIds.project(team, projectId), filesOf).get(fileKey);
  if (path === undefined) return [];
  return hub
    .read(documentId, doc => threadsOf(doc, { projectId, path }))
    .flatMap(thread =>
      thread.comments.map(({ commentId, author, body, at }) => ({
        team,
        project: projectId,
        documentId,
        kind: 'comment' as const,
        itemId: commentId,
        threadId: thread.threadId,
        title: threadPlace(thread),
        author,
        at,
        body,
        about: null,
      })),
    );
}
