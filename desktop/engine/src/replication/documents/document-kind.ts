import { documentIdPattern } from '@benchmate/shared/documents/document-id';

/** What a document's id says (shared/src/documents/document-id.ts). */
export type DocumentKind =
  | { kind: 'team'; teamId: string }
  | { kind: 'project'; teamId: string; projectId: string }
  | { kind: 'note'; teamId: string; noteId: string }
  | { kind: 'threads'; teamId: string; projectId: string; fileKey: string };

/** Null for an id that this version does not know. */
export function documentKind(documentId: string): DocumentKind | null {
  if (!documentIdPattern.test(documentId)) return null;
  const [teamId = '', kind, first = '', second = ''] = documentId.split('.');
  const parts = documentId.split('.').length;
  if (kind === 'team' && parts === 2) return { kind, teamId };
  if (kind === 'project' && parts === 3) return { kind, teamId, projectId: first };
  if (kind === 'note' && parts === 3) return { kind, teamId, noteId: first };
  if (kind === 'threads' && parts === 4) return { kind, teamId, projectId: first, fileKey: second };
  return null;
}
