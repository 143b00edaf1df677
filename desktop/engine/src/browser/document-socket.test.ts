import { expect, test } from 'vitest';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { Awareness } from 'y-protocols/awareness';
import { serveDocument } from '../replication/documents/local-socket.ts';
import { documentSockets } from './document-socket.ts';

/** A document as a hub has it, without a disk. */
function opened(id: string) {
  const doc = new Y.Doc();
  let released = 0;
  const document = {
    id,
    doc,
    awareness: new Awareness(doc),
    committed: async () => {},
    latestLocal: () => 0,
    release: () => void released++,
  };
  return { document, released: () => released };
}

function connect(DocumentSocket: new (url: string) => object, id: string) {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider('ws://page/documents', id, doc, {
    disableBc: true,
    WebSocketPolyfill: DocumentSocket as unknown as typeof WebSocket,
  });
  const synced = new Promise<void>(resolve => provider.on('sync', isSynced => isSynced && resolve()));
  return { doc, provider, synced };
}

test('a stock provider edits a document of the same page in both directions, and lets go of it', async () => {
  const { document, released } = opened('t.note.n');
  document.doc.getText('body').insert(0, 'there');
  const DocumentSocket = documentSockets((socket, id) => {
    expect(id).toBe('t.note.n');
    serveDocument(socket, document, { acks: false, mayWrite: () => true });
  });
  const { doc, provider, synced } = connect(DocumentSocket, 't.note.n');
  await synced;
  expect(doc.getText('body').toJSON()).toBe('there');
  doc.getText('body').insert(5, ' and back');
  await expect.poll(() => document.doc.getText('body').toJSON()).toBe('there and back');
  document.doc.getText('body').insert(0, 'Go ');
  await expect.poll(() => doc.getText('body').toJSON()).toBe('Go there and back');
  provider.destroy();
  await expect.poll(released).toBe(1);
});

test('who may not write reads, and what they write goes nowhere', async () => {
  const { document } = opened('t.note.n');
  document.doc.getText('body').insert(0, 'as it is');
  const DocumentSocket = documentSockets(socket =>
    serveDocument(socket, document, { acks: false, mayWrite: () => false }),
  );
  const { doc, provider, synced } = connect(DocumentSocket, 't.note.n');
  const denied = new Promise<string>(resolve => {
    provider.messageHandlers[2] = () => resolve('denied');
  });
  await synced;
  doc.getText('body').insert(0, 'not ');
  expect(await denied).toBe('denied');
  expect(document.doc.getText('body').toJSON()).toBe('as it is');
  provider.destroy();
});
