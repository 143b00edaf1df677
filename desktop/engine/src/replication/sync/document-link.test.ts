import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import * as Y from 'yjs';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { openStore, type Store } from '../../storage/database.ts';
import { DocumentHub } from '../documents/hub.ts';
import { DocumentStore } from '../documents/store.ts';
import { DocumentLink } from './document-link.ts';

const documentId = documentIds.note('t'.repeat(43), 'n');
const step2 = 1;
const update = 2;
let dir: string;
let store: Store;
let hub: DocumentHub;
let server: WebSocketServer;
let link: DocumentLink;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-link-'));
  store = openStore(join(dir, 'benchmate.db'));
  hub = new DocumentHub(store, new DocumentStore(store));
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterEach(() => {
  link.dispose();
  server.close();
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

test('S3: what is written before the sync step 2 of a connection goes along with it, and only then is confirmed', async () => {
  const shared: number[] = [];
  link = new DocumentLink({
    hub,
    documentId,
    serverUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shared: number => shared.push(number),
    closed: () => {},
    gap: () => {},
  });
  const connected = once(server, 'connection') as Promise<[WebSocket]>;
  link.connect('ticket');
  const [socket] = await connected;
  const frames: Buffer[] = [];
  const { promise: isAnswered, resolve: answered } = Promise.withResolvers<void>();
  socket.on('message', (data: Buffer) => {
    frames.push(data);
    if (data[0] === 0 && data[1] === update) answered();
  });
  await once(socket, 'message'); // its own step 1: it takes the connection for open
  await hub.change(documentId, doc => doc.getText('body').insert(0, 'early'));
  socket.send(Uint8Array.of(0, 0, 1, 0)); // a step 1 of somebody who has nothing
  await once(socket, 'message');
  await hub.change(documentId, doc => doc.getText('body').insert(5, ' late'));
  await isAnswered;
  const kinds = frames.filter(data => data[0] === 0 && data[1] !== 0).map(data => data[1]);
  expect(kinds).toEqual([step2, update]);
  const held = new Y.Doc();
  const [whole] = frames.filter(data => data[0] === 0 && data[1] === step2);
  Y.applyUpdate(held, whole!.subarray(3));
  expect(held.getText('body').toJSON()).toBe('early');
  socket.send(Uint8Array.of(8, 1));
  await expect.poll(() => shared.length).toBe(1);
});
