import { documentIdPattern, sealedNames } from '@benchmate/shared/documents/document-id';

/** What a document's id says (shared/src/documents/document-id.ts). */
export type DocumentKind =
  | { kind: 'team'; teamId: string }
  | { kind: 'project'; teamId: string; projectId: string }
  | { kind: 'note'; teamId: string; noteId: string }
  | { kind: 'threads'; teamId: string; projectId: string; fileKey: string }
  | { kind: 'run'; teamId: string; projectId: string; runId: string }
  | { kind: 'sealed'; teamId: string; projectId: string; name: string };

/** Null for an id that this version does not know. */
export function documentKind(documentId: string): DocumentKind | null {
  if (!documentIdPattern.test(documentId)) return null;
  const [teamId = '', kind, first = '', second = ''] = documentId.split('.');
  const parts = documentId.split('.').length;
  if (teamId === 'clear') return clearKind(documentId);
  if (kind === 'team' && parts === 2) return { kind, teamId };
  if (kind === 'project' && parts === 3) return { kind, teamId, projectId: first };
  if (kind === 'note' && parts === 3) return { kind, teamId, noteId: first };
  if (kind === 'threads' && parts === 4) return { kind, teamId, projectId: first, fileKey: second };
  if (kind === 'run' && parts === 4) return { kind, teamId, projectId: first, runId: second };
  if (kind === 'sealed' && parts === 4) return { kind, teamId, projectId: first, name: second };
  return null;
}

/** A clear document is what it is the clear text of. */
function clearKind(documentId: string): DocumentKind | null {
  const [, teamId = '', projectId = '', name = ''] = documentId.split('.');
  if (name.startsWith(sealedNames.note(''))) return { kind: 'note', teamId, noteId: name.slice(2) };
  if (name.startsWith(sealedNames.threads(''))) return { kind: 'threads', teamId, projectId, fileKey: name.slice(2) };
  return null;
}
