import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { noteBody } from '@benchmate/shared/documents/note-document';
import { openStore, type Store } from '../../storage/database.ts';
import { DocumentHub } from './hub.ts';
import { DocumentStore } from './store.ts';

const id = 'team.note.n';
let dir: string;
let store: Store;
let documents: DocumentStore;
let hub: DocumentHub;

const open = () => {
  store = openStore(join(dir, 'benchmate.db'));
  documents = new DocumentStore(store);
  hub = new DocumentHub(store, documents);
};
const append = (word: string) => hub.change(id, doc => doc.getText('body').insert(doc.getText('body').length, word));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-hub-'));
  open();
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

test('D1: what change acknowledged is there after the process is gone', async () => {
  await append('kept');
  const other = openStore(join(dir, 'benchmate.db')); // sees only what is committed
  expect(new DocumentHub(other, new DocumentStore(other)).read(id, noteBody)).toBe('kept');
  other.close();
});

test('D2: a long log is compacted and reads the same', async () => {
  for (let i = 0; i < 450; i++) await append(`${i},`);
  const { logLength } = documents.load(id);
  expect(logLength).toBeLessThanOrEqual(200);
  store.close();
  open();
  expect(hub.read(id, noteBody)).toBe(Array.from({ length: 450 }, (_, i) => `${i},`).join(''));
});

test('S1: own updates wait to be shared, also after a restart; those of the server do not', async () => {
  const remote = {};
  hub.markRemote(remote);
  await append('mine');
  const theirs = new Y.Doc();
  theirs.getText('body').insert(0, 'theirs');
  const document = hub.open(id);
  Y.applyUpdate(document.doc, Y.encodeStateAsUpdate(theirs), remote);
  await document.committed();
  const number = document.latestLocal();
  document.release();
  expect(documents.countUnshared('team')).toBe(1);
  store.close();
  open();
  expect(documents.countUnshared('team')).toBe(1);
  await store.write(() => documents.markShared(id, number));
  expect(documents.countUnshared('team')).toBe(0);
});

test('S5: with another server everything waits, and one acknowledgement of the whole settles it', async () => {
  await append('a');
  await store.write(() => documents.markShared(id, 1));
  await store.write(() => documents.markAllUnshared('team'));
  expect(documents.countUnshared('team')).toBe(1);
  await store.write(() => documents.markShared(id, 0));
  expect(documents.countUnshared('team')).toBe(0);
});

test('S1: counts belong to their team alone', async () => {
  await append('a');
  await hub.change('team-b.note.n', doc => doc.getText('body').insert(0, 'b'));
  expect(documents.countUnshared('team')).toBe(1);
  expect(documents.list('team')).toEqual([id]);
});

test('D2: a document that two used briefly stays in memory until what both wrote is committed', async () => {
  const commits: (() => void)[] = [];
  const write = (work: () => void) => new Promise<void>(resolve => commits.push(() => (work(), resolve())));
  const slow = new DocumentHub({ write } as unknown as Store, documents);
  for (const word of ['one ', 'two']) {
    const document = slow.open(id);
    document.doc.getText('body').insert(document.doc.getText('body').length, word);
    document.release();
  }
  commits[0]!();
  await new Promise(resolve => setImmediate(resolve));
  expect(slow.read(id, noteBody)).toBe('one two');
  commits[1]!();
  await new Promise(resolve => setImmediate(resolve));
  expect(hub.read(id, noteBody)).toBe('one two');
});

test('S1 D5: what was refused with its update counts as unshared once it is stored', async () => {
  const document = hub.open(id);
  store.db.exec('CREATE TRIGGER full BEFORE INSERT ON document_update BEGIN SELECT RAISE(FAIL, "full"); END');
  document.doc.getText('body').insert(0, 'kept');
  await expect(document.committed()).rejects.toThrow('full');
  expect(documents.unshared(id)).toEqual([]);
  store.db.exec('DROP TRIGGER full');
  await document.committed();
  expect(documents.unshared(id)).toEqual([document.latestLocal()]);
  document.release();
});

test('D5: a document that nobody uses leaves memory; a failed write is made good by the next', async () => {
  const document = hub.open(id);
  const { doc } = document;
  store.db.exec('CREATE TRIGGER full BEFORE INSERT ON document_update BEGIN SELECT RAISE(FAIL, "full"); END');
  doc.getText('body').insert(0, 'first ');
  await expect(document.committed()).rejects.toThrow('full');
  store.db.exec('DROP TRIGGER full');
  doc.getText('body').insert(6, 'second');
  await document.committed();
  document.release();
  await new Promise<void>(resolve => doc.once('destroy', () => resolve()));
  expect(hub.read(id, noteBody)).toBe('first second');
});

test('D1: what is stored right after something that the disk refused brings that along, and both outlive the document’s use', async () => {
  await append('before');
  store.db.exec(
    'CREATE TRIGGER full BEFORE INSERT ON document_update WHEN octet_length(NEW.bytes) > 1000 BEGIN SELECT RAISE(FAIL, "full"); END',
  );
  const document = hub.open(id);
  const text = document.doc.getText('body');
  text.insert(text.length, 'large'.repeat(1000));
  const refused = document.committed();
  text.insert(text.length, ' small');
  const stored = document.committed();
  document.release();
  await expect(refused).rejects.toThrow('full');
  await stored;
  store.close();
  open();
  expect(hub.read(id, noteBody)).toMatch(/^before(large){1000} small$/);
});
