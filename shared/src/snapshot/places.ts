import { z } from 'zod';
import { documentIds, isSealed, plainId, sealedNames } from '../documents/document-id.ts';
import { BenchmateError } from '../errors/benchmate-error.ts';

/** Folder of a snapshot, at the root of a project. */
export const snapshotFolder = '.benchmate';

/** `snapshot.json`: whose state the folder holds. */
const snapshotHead = z.object({
  format: z.literal('benchmate-snapshot'),
  v: z.literal(1),
  /** Id of the team: the hash of its founding entry. */
  team: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  project: z.string().regex(/^[a-z0-9][a-z0-9-]{7,63}$/),
});
export type SnapshotHead = z.infer<typeof snapshotHead>;
export type Whose = Pick<SnapshotHead, 'team' | 'project'>;

/** What a file of a snapshot is, by its path in the folder. `made`: made of the others, and read by nobody but people. */
export type SnapshotPlace =
  | { kind: 'head' }
  | { kind: 'made' }
  | { kind: 'facts'; device: string }
  | { kind: 'document'; document: 'team' | 'project' }
  | { kind: 'document'; document: 'note' | 'threads' | 'sealed'; id: string };

const documentsIn: Readonly<Record<string, 'note' | 'threads' | 'sealed'>> = {
  notes: 'note',
  threads: 'threads',
  sealed: 'sealed',
};

/** Null for a path that this version does not know. */
export function snapshotPlace(path: string): SnapshotPlace | null {
  if (path === 'snapshot.json') return { kind: 'head' };
  if (path === 'README.md' || path === 'registry.md' || path === '.gitattributes') return { kind: 'made' };
  if (path === 'team.md') return { kind: 'document', document: 'team' };
  if (path === 'project.md') return { kind: 'document', document: 'project' };
  const [, device] = /^facts\/([A-Za-z0-9_-]{43})\.jsonl$/.exec(path) ?? [];
  if (device !== undefined) return { kind: 'facts', device };
  const [, folder = '', id = ''] = /^(notes|threads|sealed)\/([A-Za-z0-9_-]{1,64})\.md$/.exec(path) ?? [];
  const document = documentsIn[folder];
  return document === undefined ? null : { kind: 'document', document, id };
}

/** The document that a file must be about. */
export function documentOfPlace(place: Extract<SnapshotPlace, { kind: 'document' }>, { team, project }: Whose): string {
  switch (place.document) {
    case 'team':
      return documentIds.team(team);
    case 'project':
      return documentIds.project(team, project);
    case 'note':
      return documentIds.note(team, place.id);
    case 'threads':
      return documentIds.threads(team, project, place.id);
    case 'sealed':
      return documentIds.sealed(team, project, place.id);
  }
}

/** Encrypted notes and threads are here as the server has them, too. */
export const notePath = (noteId: string): string =>
  isSealed(noteId) ? sealedPath(sealedNames.note(noteId)) : `notes/${noteId}.md`;
export const threadsPath = (fileKey: string): string =>
  isSealed(fileKey) ? sealedPath(sealedNames.threads(plainId(fileKey))) : `threads/${fileKey}.md`;
const sealedPath = (name: string): string => `sealed/${name}.md`;
export const factsPath = (device: string): string => `facts/${device}.jsonl`;

export const headText = ({ team, project }: Whose): string =>
  `${JSON.stringify({ format: 'benchmate-snapshot', v: 1, team, project } satisfies SnapshotHead, null, 2)}\n`;

/** Throws BAD_REQUEST for what is no head, NOT_SUPPORTED for one of a newer Benchmate. */
export function readHead(text: string): SnapshotHead {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // said below
  }
  const { data } = snapshotHead.safeParse(value);
  if (data) return data;
  const { format, v } = (value ?? {}) as { format?: unknown; v?: unknown };
  if (format === 'benchmate-snapshot' && typeof v === 'number' && v > 1)
    throw new BenchmateError('NOT_SUPPORTED', 'The snapshot was written by a newer Benchmate.', 'Update this one.');
  throw unreadable('snapshot.json');
}

export const unreadable = (path: string): BenchmateError =>
  new BenchmateError(
    'BAD_REQUEST',
    `${snapshotFolder}/${path} is damaged, or no part of a snapshot: nothing was taken.`,
    'Bring the file back with git; `git log` shows who changed it.',
  );
