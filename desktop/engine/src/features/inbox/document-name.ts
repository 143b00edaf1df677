import { documentIds } from '@benchmate/shared/documents/document-id';
import { filesOf, notesOf } from '@benchmate/shared/documents/project-document';
import { documentKind } from '../../replication/documents/document-kind.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';

interface Parts {
  hub: DocumentHub;
  /** Projects of the team. */
  projects: () => readonly { projectId: string; name: string }[];
}

/** What people call a shared document: `the note “Slices”`, `the threads on MODEL_CARD.md`. */
export function documentName(documentId: string, { hub, projects }: Parts): string {
  const its = documentKind(documentId);
  const nameOf = (projectId: string) => projects().find(known => known.projectId === projectId)?.name ?? projectId;
  switch (its?.kind) {
    case 'note': {
      const heads = projects().flatMap(({ projectId }) =>
        hub.read(documentIds.project(its.teamId, projectId), notesOf),
      );
      const title = heads.find(({ noteId }) => noteId === its.noteId)?.title;
      return title === undefined ? 'a note' : `the note “${title}”`;
    }
    case 'threads': {
      const path = hub.read(documentIds.project(its.teamId, its.projectId), filesOf).get(its.fileKey);
      return path === undefined ? `threads of ${nameOf(its.projectId)}` : `the threads on ${path}`;
    }
    case 'sealed':
      return documentName(documentIds.clear(its.teamId, its.projectId, its.name), { hub, projects });
    case 'run':
      return `a run of ${nameOf(its.projectId)}`;
    case 'project':
      return `the list of notes and pins of ${nameOf(its.projectId)}`;
    case 'team':
      return 'the list of the team’s projects';
    default:
      return 'a document';
  }
}
