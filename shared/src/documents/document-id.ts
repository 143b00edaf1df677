/**
 * Names of the shared Yjs documents. They are the path on the sync server (`ws://host:port/<document>`) and on the
 * engine (`/documents/<document>`), so they hold only letters, digits, `_`, `-` and dots. The part before the first
 * dot is the team's id: access follows from it.
 */
export const documentIds = {
  /** Projects of the team: Y.Map `projects` (projectId → {name}). */
  team: (teamId: string) => `${teamId}.team`,
  /** One project: Y.Map `pins`, Y.Map `notes` (noteId → {title, author, createdAt}), Y.Map `files` (file key → path). */
  project: (teamId: string, projectId: string) => `${teamId}.project.${projectId}`,
  /** One note: Y.Text `body`. */
  note: (teamId: string, noteId: string) => `${teamId}.note.${noteId}`,
  /** Review threads of one file: Y.Map `threads`. `fileKey` is the first 16 hexadecimal digits of SHA-256 of its path. */
  threads: (teamId: string, projectId: string, fileKey: string) => `${teamId}.threads.${projectId}.${fileKey}`,
};

export const documentIdPattern = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){1,4}$/;

/** The project that a document belongs to; null for those of the whole team. */
export function projectOfDocument(documentId: string): string | null {
  const [, kind, project = null] = documentId.split('.');
  return kind === 'project' || kind === 'threads' ? project : null;
}

export const teamOf = (documentId: string): string => documentId.slice(0, documentId.indexOf('.'));
