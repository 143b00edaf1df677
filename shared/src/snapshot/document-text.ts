import type * as Y from 'yjs';
import { noteBody } from '../documents/note-document.ts';
import { baselineOf, filesOf, notesOf } from '../documents/project-document.ts';
import { reactionEmoji } from '../domain/reaction.ts';
import type { ThreadAnchor } from '../domain/thread-anchor.ts';
import { threadPlace } from '../domain/thread-place.ts';
import { teamProjects } from '../documents/team-document.ts';
import { threadsOf } from '../documents/threads-document.ts';
import { fromBase64Url, toBase64Url } from '../facts/keys.ts';
import { block, day, inline } from './markdown.ts';
import { notePath, threadsPath, unreadable, type SnapshotPlace } from './places.ts';
import { canonicalState } from './state.ts';

type Kind = Extract<SnapshotPlace, { kind: 'document' }>['document'];

/**
 * A shared document as Markdown: first for people, then its state in one line. It depends on this document alone, so two
 * versions of a file can be merged without any other. Only the state is ever read back.
 */
export function documentText(documentId: string, kind: Kind, doc: Y.Doc): string {
  const lines = [...renderers[kind](doc), '', stateLine(documentId, canonicalState(doc))];
  return `${lines.join('\n')}\n`;
}

/** A state line of 50 MB, which a document may have, is a third longer. */
const longestLine = 70 * 2 ** 20;
const statePattern = /^<!-- benchmate-state ([A-Za-z0-9_.-]{1,350}) ([A-Za-z0-9_-]+) -->$/;

/**
 * The states in a file, whatever stands around them: also of one that git left with conflict markers, or put together line
 * by line. Throws BAD_REQUEST where there is none, one is of another document, or one is cut.
 */
export function statesIn(text: string, path: string, documentId: string): Uint8Array[] {
  const updates: Uint8Array[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith(stateBegins)) continue;
    const [, id, state = ''] = (line.length > longestLine ? null : statePattern.exec(line.trimEnd())) ?? [];
    const update = fromBase64Url(state);
    if (id !== documentId || !update || update.length === 0) throw unreadable(path);
    updates.push(update);
  }
  if (updates.length === 0) throw unreadable(path);
  return updates;
}

const stateBegins = '<!-- benchmate-state ';
const stateLine = (documentId: string, state: Uint8Array) => `${stateBegins}${documentId} ${toBase64Url(state)} -->`;

/** The file is not named: its document does not know it. */
const headOf = (anchor: ThreadAnchor): string =>
  anchor.kind === undefined || anchor.kind === 'text'
    ? `Line ${anchor.line + 1}`
    : inline(threadPlace({ path: '', anchor }).replace(/^, /, ''));

const renderers: Record<Kind, (doc: Y.Doc) => string[]> = {
  team: doc => ['# Projects of the team', '', ...teamProjects(doc).map(({ name }) => `- ${inline(name)}`)],
  project(doc) {
    const notes = notesOf(doc).map(
      ({ noteId, title, author, createdAt }) =>
        `- [${inline(title)}](${notePath(noteId)}) (${inline(author.name)}, ${day(createdAt)})`,
    );
    const files = [...filesOf(doc)].sort(([a], [b]) => (a < b ? -1 : 1));
    const threads = files.map(([fileKey, path]) => `- [${inline(path)}](${threadsPath(fileKey)})`);
    const baseline = baselineOf(doc);
    return [
      '# Notes and threads of this project',
      '',
      ...(baseline === null ? [] : [`Baseline: run ${inline(baseline)}`, '']),
      ...(notes.length === 0 ? [] : ['## Notes', '', ...notes, '']),
      ...(threads.length === 0 ? [] : ['## Threads', '', ...threads]),
    ];
  },
  note: doc => [block(noteBody(doc))],
  sealed: () => ['Encrypted: who has the key of the project reads it in Benchmate.'],
  threads: doc =>
    threadsOf(doc, { projectId: '', path: '' }).flatMap(({ anchor, resolved, comments }) => [
      `## ${headOf(anchor)} (${resolved ? 'resolved' : 'open'})`,
      '',
      ...(anchor.quote === ''
        ? []
        : [
            ...block(anchor.quote)
              .split('\n')
              .map(line => `> ${line}`),
            '',
          ]),
      ...comments.flatMap(({ author, body, at, reactions = [] }) => [
        `**${inline(author.name)}**, ${day(at)}:`,
        '',
        block(body),
        '',
        ...reactions.flatMap(({ kind, people }) => [
          `${reactionEmoji[kind]} ${people.map(({ name }) => inline(name)).join(', ')}`,
          '',
        ]),
      ]),
    ]),
};
