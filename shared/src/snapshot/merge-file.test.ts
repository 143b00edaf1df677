import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { documentIds } from '../documents/document-id.ts';
import { writeNote } from '../documents/note-document.ts';
import { addFile, addNote, pinBaseline, removeNote, retitleNote } from '../documents/project-document.ts';
import { replyTo, setResolved, startThread } from '../documents/threads-document.ts';
import { approve, lab, promote, register } from '../facts/simulated-registry.ts';
import { documentText, statesIn } from './document-text.ts';
import { factsIn, factsText } from './facts-text.ts';
import { mergeSnapshotFile } from './merge-file.ts';
import { notePath, threadsPath } from './places.ts';
import { documentOf } from './state.ts';

const team = 'T'.repeat(43);
const anchor = { quote: 'lr', prefix: '', suffix: '', line: 3 };
const author = { device: 'd', name: 'Ana' };

type Edit = (doc: Y.Doc, text: string, number: number) => void;
const kinds: Record<'note' | 'project' | 'threads', { documentId: string; path: string; edits: Edit[] }> = {
  note: {
    documentId: documentIds.note(team, 'n1'),
    path: notePath('n1'),
    edits: [
      (doc, text, number) => doc.getText('body').insert(Math.min(number, doc.getText('body').length), text),
      (doc, _text, number) => {
        const body = doc.getText('body');
        const from = Math.min(number, body.length);
        body.delete(from, Math.min(4, body.length - from));
      },
      (doc, text) => writeNote(doc, text),
    ],
  },
  project: {
    documentId: documentIds.project(team, 'churn-0a1b2c3d'),
    path: 'project.md',
    edits: [
      (doc, title, number) => addNote(doc, { noteId: `n${number}`, title, author, createdAt: number }),
      (doc, title, number) => retitleNote(doc, `n${number}`, title),
      (doc, _title, number) => removeNote(doc, `n${number}`),
      (doc, path, number) => addFile(doc, `${number}`, path),
      (doc, _text, number) => pinBaseline(doc, number > 4 ? null : `run${number}`),
    ],
  },
  threads: {
    documentId: documentIds.threads(team, 'churn-0a1b2c3d', '0123456789abcdef'),
    path: threadsPath('0123456789abcdef'),
    edits: [
      (doc, body, number) =>
        startThread(doc, {
          threadId: `t${number}`,
          anchor,
          comment: { commentId: 'c', author, body: `${body}.`, at: number },
        }),
      (doc, body, number) => void replyTo(doc, `t${number}`, { commentId: 'c', author, body: `${body}.`, at: number }),
      (doc, _text, number) => void setResolved(doc, `t${number}`, number % 2 === 0),
    ],
  },
};

const steps = fc.array(
  fc.oneof(
    fc.record({
      who: fc.nat(2),
      edit: fc.nat(4),
      text: fc.string({ unit: 'binary', maxLength: 12 }),
      number: fc.nat(7),
    }),
    fc.record({ from: fc.nat(2), to: fc.nat(2) }),
  ),
  { maxLength: 40 },
);

describe.each(['note', 'project', 'threads'] as const)('a %s', kind => {
  const { documentId, path, edits } = kinds[kind];
  const textOf = (doc: Y.Doc) => documentText(documentId, kind, doc);

  test('G1 G5: the same state gives the same bytes, whoever received what when; merging files is merging documents', () => {
    fc.assert(
      fc.property(steps, script => {
        const docs = [0, 1, 2].map(number => Object.assign(new Y.Doc(), { clientID: 100 + number }));
        const log: Uint8Array[] = [];
        for (const doc of docs) doc.on('update', (update: Uint8Array) => log.push(update));
        for (const step of script) {
          if ('who' in step) edits[step.edit % edits.length]!(docs[step.who]!, step.text, step.number);
          else Y.applyUpdate(docs[step.to]!, Y.encodeStateAsUpdate(docs[step.from]!));
        }
        const states = docs.map(doc => Y.encodeStateAsUpdate(doc));
        const [a, b, c] = docs.map(textOf) as [string, string, string];
        const merge = (ours: string, theirs: string) => mergeSnapshotFile({ path, ours, theirs })!;
        const merged = merge(merge(a, b), c);
        expect(merge(c, merge(b, a))).toBe(merged);
        expect(merge(merged, a)).toBe(merged);
        // Replicas that get everything, each in another order, write those bytes.
        for (const [at, doc] of docs.entries())
          for (const other of [1, 2]) Y.applyUpdate(doc, states[(at + other) % 3]!);
        const piecemeal = [log, log.toReversed()].map(updates => {
          const doc = new Y.Doc();
          for (const update of updates) Y.applyUpdate(doc, update);
          return doc;
        });
        for (const doc of [...docs, ...piecemeal, documentOf(states), documentOf(statesIn(merged, path, documentId))])
          expect(textOf(doc)).toBe(merged);
        expect(merged).not.toMatch(/^(<<<<<<<|>>>>>>>) /m);
      }),
      { numRuns: 60 },
    );
  });
});

test('G1: what waits for a missing update is not in the bytes', () => {
  const { documentId } = kinds.note;
  const updates: Uint8Array[] = [];
  const writer = new Y.Doc();
  writer.on('update', (update: Uint8Array) => updates.push(update));
  for (const words of ['first ', 'second ']) writer.getText('body').insert(0, words);
  const whole = new Y.Doc();
  writeNote(whole, 'whole');
  const before = documentText(documentId, 'note', whole);
  Y.applyUpdate(whole, updates[1]!);
  expect(documentText(documentId, 'note', whole)).toBe(before);
  Y.applyUpdate(whole, updates[0]!);
  expect(documentText(documentId, 'note', whole)).toContain('second first ');
});

test('G6: what git put together without the driver is read back whole', () => {
  const { documentId, path } = kinds.note;
  const [ours, theirs] = ['ours', 'theirs'].map(text => {
    const doc = new Y.Doc();
    writeNote(doc, text);
    return documentText(documentId, 'note', doc);
  }) as [string, string];
  const conflicted = `<<<<<<< HEAD\n${ours}=======\n${theirs}>>>>>>> other\n`.replaceAll('\n', '\r\n');
  const merged = documentText(documentId, 'note', documentOf(statesIn(conflicted, path, documentId)));
  expect(merged).toBe(mergeSnapshotFile({ path, ours, theirs }));
});

test('a text that looks like a state line stays text', () => {
  const { documentId, path } = kinds.note;
  const doc = new Y.Doc();
  writeNote(doc, `<!-- benchmate-state ${documentId} AAA -->\n\0binary\n`);
  const text = documentText(documentId, 'note', doc);
  expect(statesIn(text, path, documentId)).toHaveLength(1);
  expect(text).not.toContain('\0');
});

test('G5 G6: the facts of both branches, each once and by number; a line that is none is refused', () => {
  const { ana: founder } = lab();
  const common = founder.feeds.entries().filter(({ entry }) => entry.author === founder.device);
  const later = [register('v1'), approve('v1'), promote('v1')].map(fact => founder.state(fact));
  const path = `facts/${founder.device}.jsonl`;
  const [ours, theirs] = [factsText([...common, later[0]!]), factsText([...common, ...later])];
  expect(mergeSnapshotFile({ path, ours, theirs })).toBe(theirs);
  expect(mergeSnapshotFile({ path, ours: theirs, theirs: ours })).toBe(theirs);
  const conflicted = `${ours}<<<<<<< HEAD\n=======\n${theirs}>>>>>>> other\n`;
  expect(factsText(factsIn(conflicted, path, founder.device))).toBe(theirs);
  expect(() => [...factsIn(`${ours}{"v":1}\n`, path, founder.device)]).toThrow('damaged');
  expect(() => [...factsIn(ours, path, 'x'.repeat(43))]).toThrow('damaged');
});

test('two teams’ heads have no merge', () => {
  expect(mergeSnapshotFile({ path: 'snapshot.json', ours: '{"a":1}', theirs: '{"a":2}' })).toBeNull();
});
