import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDecoder, readVarString, readVarUint } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarUint } from 'lib0/encoding';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { writeUpdate } from 'y-protocols/sync';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { noteBody } from '@benchmate/shared/documents/note-document';
import { acksSubprotocol, frame } from '@benchmate/shared/protocol/document-wire';
import { openStore, type Store } from '../../storage/database.ts';
import { DocumentHub } from './hub.ts';
import { serveDocument } from './local-socket.ts';
import { DocumentStore } from './store.ts';

const id = 'team.note.n';
let dir: string;
let store: Store;
let hub: DocumentHub;
let server: WebSocketServer;
let url: string;
let mayWrite = true;
const editors: WebsocketProvider[] = [];

beforeEach(async () => {
  mayWrite = true;
  dir = mkdtempSync(join(tmpdir(), 'benchmate-wire-'));
  store = openStore(join(dir, 'benchmate.db'));
  hub = new DocumentHub(store, new DocumentStore(store));
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', socket =>
    serveDocument(socket, hub.open(id), { acks: socket.protocol === acksSubprotocol, mayWrite: () => mayWrite }),
  );
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const editor of editors.splice(0)) editor.destroy();
  for (const socket of server.clients) socket.terminate();
  await new Promise(resolve => server.close(resolve));
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

function edit(): { doc: Y.Doc; provider: WebsocketProvider } {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(url, id, doc, { disableBc: true });
  editors.push(provider);
  return { doc, provider };
}
const becomes = (doc: Y.Doc, text: string) =>
  new Promise<void>(resolve => {
    const look = () => noteBody(doc) === text && resolve();
    doc.on('update', look);
    look();
  });

test('two stock editors and the engine see each other’s text and presence', async () => {
  const [a, b] = [edit(), edit()];
  a.doc.getText('body').insert(0, 'hello');
  await becomes(b.doc, 'hello');
  await hub.change(id, doc => doc.getText('body').insert(5, ' all'));
  await Promise.all([becomes(a.doc, 'hello all'), becomes(b.doc, 'hello all')]);
  a.provider.awareness.setLocalState({ name: 'Ana' });
  await new Promise<void>(resolve => {
    const look = () => {
      if (b.provider.awareness.getStates().get(a.doc.clientID)?.['name'] === 'Ana') resolve();
    };
    b.provider.awareness.on('change', look);
    look();
  });
  expect(hub.read(id, noteBody)).toBe('hello all');
});

test('D1: an acknowledged update is on the disk', async () => {
  const socket = new WebSocket(url, [acksSubprotocol]);
  await once(socket, 'open');
  const doc = new Y.Doc();
  const acked = new Promise<number>(resolve =>
    socket.on('message', (data: Buffer) => {
      const decoder = createDecoder(new Uint8Array(data));
      if (readVarUint(decoder) === frame.ack) resolve(readVarUint(decoder));
    }),
  );
  doc.getText('body').insert(0, 'durable');
  socket.send(syncFrame(Y.encodeStateAsUpdate(doc)));
  expect(await acked).toBe(1);
  const other = openStore(join(dir, 'benchmate.db'));
  expect(new DocumentHub(other, new DocumentStore(other)).read(id, noteBody)).toBe('durable');
  other.close();
  socket.close();
});

test('D4: what somebody else lost for ever keeps nobody’s own updates from being acknowledged', async () => {
  const [gone, here] = [new Y.Doc(), new Y.Doc()];
  gone.getText('body').insert(0, 'lost');
  let orphan: Uint8Array = new Uint8Array();
  gone.once('update', (update: Uint8Array) => (orphan = update));
  gone.getText('body').insert(4, 'orphan');
  const document = hub.open(id);
  Y.applyUpdate(document.doc, orphan);
  const socket = new WebSocket(url, [acksSubprotocol]);
  const acked = new Promise<number>(resolve =>
    socket.on('message', (data: Buffer) => {
      const decoder = createDecoder(new Uint8Array(data));
      if (readVarUint(decoder) === frame.ack) resolve(readVarUint(decoder));
    }),
  );
  await once(socket, 'open');
  here.once('update', (update: Uint8Array) => socket.send(syncFrame(update)));
  here.getText('body').insert(0, 'here');
  expect(await acked).toBe(1);
  expect(noteBody(document.doc)).toBe('here');
  document.release();
  socket.close();
});

test('D4: an update after a missing one is not acknowledged until the missing one came', async () => {
  const socket = new WebSocket(url, [acksSubprotocol]);
  const acks: number[] = [];
  let steps1 = 0;
  const acked = Promise.withResolvers<void>();
  socket.on('message', (data: Buffer) => {
    const decoder = createDecoder(new Uint8Array(data));
    const type = readVarUint(decoder);
    if (type === frame.sync && readVarUint(decoder) === 0) steps1++;
    if (type !== frame.ack) return;
    acks.push(readVarUint(decoder));
    acked.resolve();
  });
  await once(socket, 'open');
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  doc.getText('body').insert(0, 'one ');
  doc.getText('body').insert(4, 'two');
  socket.send(syncFrame(updates[1]!));
  socket.send(syncFrame(updates[0]!));
  await acked.promise;
  expect(acks[0]).toBe(2);
  expect(steps1).toBeGreaterThanOrEqual(2); // the greeting, and the question for what was missing
  expect(hub.read(id, noteBody)).toBe('one two');
  socket.close();
});

test('D6: who may only read gets the text, and the engine does not take what is written', async () => {
  await hub.change(id, doc => doc.getText('body').insert(0, 'given'));
  mayWrite = false;
  const { doc, provider } = edit();
  const told = Promise.withResolvers<string>();
  provider.messageHandlers[frame.auth] = (_encoder, decoder) => {
    readVarUint(decoder);
    told.resolve(readVarString(decoder));
  };
  await becomes(doc, 'given');
  doc.getText('body').insert(0, 'taken? ');
  expect(await told.promise).toBe('You may read this document, not change it.');
  expect(hub.read(id, noteBody)).toBe('given');
});

test('a frame that is none ends the connection for good', async () => {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  socket.send(new Uint8Array([0, 2, 200, 1]));
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(4400);
});

function syncFrame(update: Uint8Array): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, frame.sync);
  writeUpdate(encoder, update);
  return toUint8Array(encoder);
}
