import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { removeNote, retitleNote } from '@benchmate/shared/documents/project-document';
import { Announcer } from '../../host/announcer.ts';
import { systemRandom } from '../../host/clock.ts';
import { foundTeam, openDevice, project, type Device } from '../../replication/sealed/testing-device.ts';
import { NotesService } from '../notes/service.ts';
import { ReviewsService } from '../reviews/service.ts';
import { TextIndexer } from './indexer.ts';
import { textReads } from './reads.ts';
import { TextSearchService } from './service.ts';
import { TextStore } from './store.ts';

let dir: string;
let ana: Device;
let notes: NotesService;
let reviews: ReviewsService;
let indexer: TextIndexer;
let search: TextSearchService;
const failures: unknown[] = [];

function serve(device: Device): void {
  ana = device;
  const parts = {
    ...device,
    random: systemRandom,
    projects: { list: () => [{ projectId: project }] },
    author: () => ({ device: device.keys.device, name: 'Ana' }),
  };
  notes = new NotesService({ ...parts, announcer: new Announcer('e') });
  reviews = new ReviewsService({ ...parts, announcer: new Announcer('e') });
  const texts = new TextStore(device.store);
  indexer = new TextIndexer({ ...parts, texts, failed: error => failures.push(error) });
  const reads = textReads(device.store.db);
  search = new TextSearchService({ ...parts, indexer, texts, read: async query => reads['text.find'](query) });
}

async function restart(): Promise<void> {
  const { seed, replica } = ana;
  ana.close();
  serve(await openDevice({ dir, who: 'Ana', teamId: replica.teamId, seed }));
}

const find = async (text: string, typing = false) => (await search.find({ text, typing, limit: 20 })).hits;
const titles = async (text: string, typing = false) => (await find(text, typing)).map(({ title }) => title);
const write = (title: string, body = '') => notes.create({ projectId: project, title, body });
const anchor = { quote: 'lr', prefix: '', suffix: '', line: 3 };

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-search-'));
  serve(await foundTeam(dir));
});
afterEach(() => {
  ana.close();
  rmSync(dir, { recursive: true, force: true });
  if (failures.length > 0) throw failures.splice(0)[0];
});

test('words, phrases and beginnings are found in notes, titles and comments; a title counts more', async () => {
  await write('Slices', 'The worst slice decides: calibration of val_loss is off.');
  await write('Calibration', 'of the thermostat');
  const { threadId } = await reviews.start({
    projectId: project,
    path: 'params.yaml',
    anchor,
    body: 'Why this calibration?',
  });
  expect(await titles('calibration')).toEqual(['Calibration', 'params.yaml:4', 'Slices']);
  expect(await titles('calib*')).toHaveLength(3);
  expect(await titles('calib')).toEqual([]);
  expect(await titles('calib', true)).toHaveLength(3);
  expect(await titles('"worst slice"')).toEqual(['Slices']);
  expect(await titles('"slice worst"')).toEqual([]);
  expect(await titles('worst thermostat')).toEqual([]);
  expect(await titles('val_loss')).toEqual(['Slices']);
  expect(await find('why')).toMatchObject([
    {
      kind: 'comment',
      threadId,
      projectId: project,
      snippet: [{ text: 'Why', hit: true }, { text: ' this calibration?' }],
    },
  ]);
});

test('scripts without spaces, accents, other directions and characters that nobody sees', async () => {
  await write('検証', '検証データの精度が下がった');
  await write('Réseau', 'La précision a baissé, val\u200bidation comprise; Straße, naïveté, İstanbul');
  await write('דוח', 'הדיוק ירד בשבוע');
  await write('تقرير', 'انخفضت الدقّة');
  await write('보고서', '정확도가 떨어졌다');
  expect(await titles('精度')).toEqual(['検証']);
  expect(await titles('度精')).toEqual([]);
  expect(await titles('precision validation istanbul NAIVETE')).toEqual(['Réseau']);
  expect(await titles('הדיוק')).toEqual(['דוח']);
  expect(await titles('الدقة')).toEqual(['تقرير']);
  expect(await titles('정확*')).toEqual(['보고서']);
  expect(
    (await find('精度'))[0]!.snippet
      .filter(({ hit }) => hit)
      .map(({ text }) => text)
      .join(''),
  ).toBe('精度');
});

test('whatever is typed is no error', async () => {
  await write('NEAR', 'AND OR NOT body: x^2 {a} "quoted" words');
  for (const text of [
    '"',
    '""',
    '*',
    'a AND',
    'NEAR(',
    'title:near',
    '-x',
    '^',
    '{',
    "'; DROP",
    'a"b*',
    '\0',
    '\uD800',
    '🎉',
    ' ',
  ])
    await expect(find(text), text).resolves.toBeInstanceOf(Array);
  expect(await titles('near AND "x 2" OR')).toEqual(['NEAR']);
  expect(await titles('x '.repeat(500))).toEqual(['NEAR']);
});

test('changes, new names and removals are found a moment later, and nothing else is read again', async () => {
  const { noteId } = await write('Draft', 'alpha');
  expect(await titles('alpha')).toEqual(['Draft']);
  await notes.write({ noteId, body: 'beta' });
  expect([await titles('alpha'), await titles('beta')]).toEqual([[], ['Draft']]);
  const its = documentIds.project(ana.replica.teamId, project);
  await ana.hub.change(its, doc => retitleNote(doc, noteId, 'Final'));
  expect([await titles('beta'), await titles('draft')]).toEqual([['Final'], []]);
  await ana.hub.change(its, doc => removeNote(doc, noteId));
  expect(await titles('beta')).toEqual([]);
});

test('a change that was stored right before the end is indexed after the next start', async () => {
  await write('Kept', 'gamma');
  await restart();
  expect(await titles('gamma')).toEqual(['Kept']);
});

test('an index that is missing or damaged is made again, with everything in it', async () => {
  await write('One', 'delta');
  await reviews.start({ projectId: project, path: 'a.py', anchor, body: 'delta, too' });
  expect(await titles('delta')).toHaveLength(2);
  ana.store.db.exec('DROP TABLE text_index');
  expect(await titles('delta')).toHaveLength(2);
  ana.store.db.unsafeMode(true); // FTS5's own tables are guarded, too
  ana.store.db.exec(`UPDATE text_index_data SET block = x'00112233445566778899'`);
  await restart(); // FTS5 keeps what it has read of its own
  expect(await titles('delta')).toHaveLength(2);
});

test('encrypted notes are found on a device that can read them, by words that no shared document holds', async () => {
  await ana.encryption.begin(project);
  await write('Secret', 'CANARYWORD in a note');
  await reviews.start({ projectId: project, path: 'a.py', anchor, body: 'CANARYWORD in a comment' });
  expect(await titles('canaryword')).toEqual(['Secret', 'a.py:4']);
  const shared = ana.documents.list(ana.replica.teamId).flatMap(id => ana.documents.load(id).updates);
  expect(shared.length).toBeGreaterThan(0);
  expect(shared.some(update => Buffer.from(update).includes('CANARYWORD'))).toBe(false);
});

test('a note of a megabyte is found by its last word', async () => {
  await write('Long', `${'lorem ipsum dolor '.repeat(55_000)}zebra`);
  expect((await find('zebra'))[0]).toMatchObject({ title: 'Long', snippet: [{}, { text: 'zebra', hit: true }] });
});
