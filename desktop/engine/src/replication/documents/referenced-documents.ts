import type * as Y from 'yjs';
import {
  documentIdPattern,
  documentIds,
  isSealed,
  plainId,
  sealedNames,
} from '@benchmate/shared/documents/document-id';
import { filesOf, notesOf, sharedRunsOf } from '@benchmate/shared/documents/project-document';
import { teamProjects } from '@benchmate/shared/documents/team-document';
import { documentKind } from './document-kind.ts';

/**
 * The documents that a document leads to: the team's to its projects, a project's to its notes, threads and shared runs. What is
 * reached from the team's document is what a team shares. Names that are none are left out: an index may hold anything.
 */
export function referencedDocuments(documentId: string, doc: Y.Doc): string[] {
  return references(documentId, doc).filter(id => documentIdPattern.test(id));
}

function references(documentId: string, doc: Y.Doc): string[] {
  const its = documentKind(documentId);
  if (its?.kind === 'team') return teamProjects(doc).map(({ projectId }) => documentIds.project(its.teamId, projectId));
  if (its?.kind !== 'project') return [];
  const { teamId, projectId } = its;
  const sealed = (name: string) => documentIds.sealed(teamId, projectId, name);
  const notes = notesOf(doc).map(({ noteId }) =>
    isSealed(noteId) ? sealed(sealedNames.note(noteId)) : documentIds.note(teamId, noteId),
  );
  const files = [...filesOf(doc).keys()].map(fileKey =>
    isSealed(fileKey) ? sealed(sealedNames.threads(plainId(fileKey))) : documentIds.threads(teamId, projectId, fileKey),
  );
  const runs = sharedRunsOf(doc).map(runId => documentIds.run(teamId, projectId, runId));
  return [...notes, ...files, ...runs];
}
