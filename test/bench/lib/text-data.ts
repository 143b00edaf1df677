import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import * as Y from 'yjs';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { writeNote } from '@benchmate/shared/documents/note-document';
import { addFile, addNote } from '@benchmate/shared/documents/project-document';
import { shareProject } from '@benchmate/shared/documents/team-document';
import { startThread } from '@benchmate/shared/documents/threads-document';
import { seeded } from '../../support/dice.ts';

const projects = 5;
const commentsPerFile = 10;
const author = { device: 'ana', name: 'Ana' };
const common = 'the a of model run data we value score batch loss metric slice test train not is and with for'.split(
  ' ',
);

/** One word in ten thousand texts, in many, in nearly all; two, a phrase, one that is being typed, one that no text has. */
export const queries = [
  { text: 'w4711', typing: false },
  { text: 'calibration', typing: false },
  { text: 'model', typing: false },
  { text: 'calibration slice', typing: false },
  { text: '"worst slice"', typing: false },
  { text: 'calib', typing: true },
  { text: 'm', typing: true },
  { text: 'w47*', typing: false },
  { text: 'the model of the run', typing: false },
  { text: 'zzyzx', typing: false },
];

/** Half notes, half comments, written into the database of an engine that does not run, as teammates' documents would arrive. */
export function fillWithText(file: string, teamId: string, entries: number): void {
  const dice = seeded(6);
  const text = (words: number) => Array.from({ length: words }, () => word(dice)).join(' ');
  const db = new Database(file);
  const insert = db.prepare('INSERT OR REPLACE INTO document_snapshot (document_id, bytes) VALUES (?, ?)');
  const write = (id: string, edit: (doc: Y.Doc) => void) => {
    const doc = new Y.Doc();
    edit(doc);
    insert.run(id, Y.encodeStateAsUpdate(doc));
    doc.destroy();
  };
  db.transaction(() => {
    const projectIds = Array.from({ length: projects }, (_, p) => `project-${p}`);
    write(documentIds.team(teamId), doc => {
      for (const projectId of projectIds) shareProject(doc, { projectId, name: projectId });
    });
    for (const [p, projectId] of projectIds.entries()) {
      const notes = Array.from({ length: entries / 2 / projects }, (_, n) => `note-${p}-${n}`);
      const files = Array.from({ length: entries / 2 / projects / commentsPerFile }, (_, f) => `src/file_${p}_${f}.py`);
      write(documentIds.project(teamId, projectId), doc => {
        for (const noteId of notes) addNote(doc, { noteId, title: text(4), author, createdAt: 1 });
        for (const path of files) addFile(doc, fileKey(path), path);
      });
      for (const noteId of notes) write(documentIds.note(teamId, noteId), doc => writeNote(doc, text(120)));
      for (const path of files)
        write(documentIds.threads(teamId, projectId, fileKey(path)), doc => {
          for (let c = 0; c < commentsPerFile; c++)
            startThread(doc, {
              threadId: `${path}:${c}`,
              anchor: { quote: 'x', prefix: '', suffix: '', line: c },
              comment: { commentId: `${path}:${c}:0`, author, body: text(25), at: 1 },
            });
        });
    }
  })();
  db.close();
}

const fileKey = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 16);

/** Few words make most of a text, and many are rare, as in a language. */
function word(dice: () => number): string {
  const chance = dice();
  if (chance < 0.55) return common[Math.floor(dice() * common.length)]!;
  if (chance < 0.555) return 'worst slice';
  if (chance < 0.565) return 'calibration';
  return `w${Math.floor(dice() ** 2 * 20_000)}`;
}
