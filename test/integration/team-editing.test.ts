import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { noteBody } from '@benchmate/shared/documents/note-document';
import { tokenSubprotocolPrefix } from '@benchmate/shared/protocol/document-wire';
import { allShared, formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

const projectId = 'editing-0a1b2c3d';
let bench: TeamBench;
let ana: Device;
let ben: Device;
const editors: WebsocketProvider[] = [];

beforeAll(async () => {
  bench = await openTeamBench();
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
  await formTeam(bench, [ana, ben]);
  await openProject(ana, join(bench.dir, 'project'), projectId);
});
afterEach(() => {
  for (const editor of editors.splice(0)) editor.destroy();
});
afterAll(() => bench?.close());

/** An editor as the companion has it: a stock y-websocket client on the engine of its own machine. */
async function edit({ dataDir }: Device, documentId: string) {
  const endpoint = (await readEndpoint(dataDir))!;
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${endpoint.url.replace('http', 'ws')}/documents`, documentId, doc, {
    disableBc: true,
    protocols: [`${tokenSubprotocolPrefix}${endpoint.token}`],
  });
  editors.push(provider);
  await until(() => provider.synced);
  return { doc, provider, body: doc.getText('body') };
}

test('two people type into one note on their own machines, see each other, and both texts stay', async () => {
  const { noteId, documentId } = await ana.client.notes.create.mutate({ projectId, title: 'Together', body: 'start' });
  await until(async () => (await ben.client.notes.list.query({})).some(note => note.noteId === noteId));
  const [a, b] = [await edit(ana, documentId), await edit(ben, documentId)];
  await until(() => noteBody(b.doc) === 'start');
  a.provider.awareness.setLocalState({ user: { name: 'Ana' } });
  await until(() => [...b.provider.awareness.getStates().values()].some(state => state['user']?.name === 'Ana'));

  for (let i = 0; i < 20; i++) {
    a.body.insert(0, `a${i} `);
    b.body.insert(b.body.length, ` b${i}`);
  }
  await until(
    () => noteBody(a.doc) === noteBody(b.doc) && noteBody(a.doc).includes('a19') && noteBody(a.doc).includes('b19'),
  );
  await until(async () => (await ben.client.notes.get.query({ noteId })).body === noteBody(a.doc));
  expect(noteBody(a.doc).match(/[ab]\d+/g)).toHaveLength(40);
  await allShared(ana);

  a.provider.destroy();
  await until(() => ![...b.provider.awareness.getStates().values()].some(state => state['user']?.name === 'Ana'));
});

test('D1: what an editor got through to its engine survives that engine’s kill, and reaches the teammate', async () => {
  const { noteId, documentId } = await ana.client.notes.create.mutate({ projectId, title: 'Crash', body: '' });
  const editor = await edit(ana, documentId);
  editor.body.insert(0, 'typed before the crash');
  // A sync step 1 is answered after every update before it is committed: a second stock client shows that it is.
  await until(async () => (await ana.client.notes.get.query({ noteId })).body === 'typed before the crash');
  const other = await edit(ana, documentId);
  expect(noteBody(other.doc)).toBe('typed before the crash');
  await ana.kill();
  editor.body.insert(0, 'and after: ');
  await ana.start();
  await until(async () => (await ben.client.notes.get.query({ noteId })).body === 'and after: typed before the crash');
});

test('a stranger’s documents are closed to editors', async () => {
  const { teamId } = await ana.client.team.state.query();
  const closed = async (documentId: string) => {
    const endpoint = (await readEndpoint(ana.dataDir))!;
    const socket = new WebSocket(`${endpoint.url.replace('http', 'ws')}/documents/${documentId}`, [
      `${tokenSubprotocolPrefix}${endpoint.token}`,
    ]);
    return new Promise<number>(resolve => socket.addEventListener('close', ({ code }) => resolve(code)));
  };
  expect(await closed(documentIds.note('x'.repeat(43), 'n'))).toBe(4403);
  expect(await closed(`${teamId}/../secret`)).toBe(4400);
});
