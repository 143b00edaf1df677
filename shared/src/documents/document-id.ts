/**
 * Names of the shared Yjs documents. They are the path on the sync server (`ws://host:port/<document>`) and on the
 * engine (`/documents/<document>`), so they hold only letters, digits, `_`, `-` and dots. The part before the first
 * dot is the team's id: access follows from it.
 */
export const documentIds = {
  /** Projects of the team: Y.Map `projects` (projectId → {name}). */
  team: (teamId: string) => `${teamId}.team`,
  /** One project: Y.Map `pins`, Y.Map `notes` (noteId → {title, author, createdAt}), Y.Map `files` (file key → path), Y.Map `runs` (shared run's id → true). */
  project: (teamId: string, projectId: string) => `${teamId}.project.${projectId}`,
  /** One note: Y.Text `body`. */
  note: (teamId: string, noteId: string) => `${teamId}.note.${noteId}`,
  /** Review threads of one file: Y.Map `threads`. `fileKey` is the first 16 hexadecimal digits of SHA-256 of its path. */
  threads: (teamId: string, projectId: string, fileKey: string) => `${teamId}.threads.${projectId}.${fileKey}`,
  /** What teammates shared of one run (run-document.ts): Y.Map `shares`. */
  run: (teamId: string, projectId: string, runId: string) => `${teamId}.run.${projectId}.${runId}`,
  /** What the server has of an encrypted note or file's threads: Y.Array `entries` of sealed updates. `name`: see `sealedNames`. */
  sealed: (teamId: string, projectId: string, name: string) => `${teamId}.sealed.${projectId}.${name}`,
  /** The same as plain text, on devices that have the project's key: of the shape of a note or of threads. */
  clear: (teamId: string, projectId: string, name: string) => `clear.${teamId}.${projectId}.${name}`,
  /** A note or comment that its author has not published (draft-document.ts): on this device alone. */
  draft: (teamId: string, draftId: string) => `draft.${teamId}.${draftId}`,
};

export const documentIdPattern = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){1,4}$/;

const projectKinds: ReadonlySet<string> = new Set(['project', 'threads', 'run', 'sealed']);

/** The project that a document belongs to; null for those of the whole team. */
export function projectOfDocument(documentId: string): string | null {
  const [team, kind, project = null] = documentId.split('.');
  return projectKinds.has(kind ?? '') || team === 'clear' ? project : null;
}

export const teamOf = (documentId: string): string => documentId.slice(0, documentId.indexOf('.'));

/** What ids of documents of one device alone begin with. No team has such an id: whatever goes by teams cannot reach them. */
const privateKinds: ReadonlySet<string> = new Set(['draft', 'clear']);

/** Whether a document stays on this device: no server, no bundle and no teammate gets it. */
export const isPrivate = (documentId: string): boolean => privateKinds.has(teamOf(documentId));

/** The team that a document is used in, also where it is not shared with it. */
export const homeOf = (documentId: string): string =>
  isPrivate(documentId) ? (documentId.split('.')[1] ?? '') : teamOf(documentId);

/** Ends the ids of notes that are encrypted, and keys of files with encrypted threads: which they are is told by no document. */
const sealedMark = '-sealed';

export const isSealed = (id: string): boolean => id.endsWith(sealedMark);
export const plainId = (id: string): string => (isSealed(id) ? id.slice(0, -sealedMark.length) : id);
export const sealedId = (id: string): string => `${id}${sealedMark}`;

/** Last part of the ids of an encrypted note's documents, or of those of a file's encrypted threads. */
export const sealedNames = {
  note: (noteId: string): string => `n-${noteId}`,
  threads: (fileKey: string): string => `t-${fileKey}`,
};
