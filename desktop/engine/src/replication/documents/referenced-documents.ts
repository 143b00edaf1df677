import type * as Y from 'yjs';
import { documentIds } from '@benchmate/shared/documents/document-id';

/**
 * The documents that a document leads to: the team's to its projects, a project's to its notes and threads. What is
 * reached from the team's document is what a team shares.
 */
export function referencedDocuments(documentId: string, doc: Y.Doc): string[] {
  const [teamId = '', kind, projectId = ''] = documentId.split('.');
  if (kind === 'team') return [...doc.getMap('projects').keys()].map(id => documentIds.project(teamId, id));
  if (kind !== 'project') return [];
  const notes = [...doc.getMap('notes').keys()].map(noteId => documentIds.note(teamId, noteId));
  const files = [...doc.getMap('files').keys()].map(fileKey => documentIds.threads(teamId, projectId, fileKey));
  return [...notes, ...files];
}
