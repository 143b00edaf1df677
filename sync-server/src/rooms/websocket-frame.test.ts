import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { websocketFrame } from './websocket-frame.ts';

it('is read by a client as what it holds, in order with what the WebSocket sends itself', async () => {
  const messages = [0, 1, 125, 126, 65_535, 65_536, 200_000].map(length => Buffer.alloc(length, length % 251));
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer().listen(0, '127.0.0.1');
  server.on('upgrade', (request, stream, head) =>
    sockets.handleUpgrade(request, stream, head, socket => {
      for (const message of messages) {
        stream.write(websocketFrame(message));
        socket.send(Buffer.from(`after ${message.length}`));
      }
      socket.close();
    }),
  );
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const received: Buffer[] = [];
  client.on('message', (data, isBinary) => received.push(isBinary ? (data as Buffer) : Buffer.from('text')));
  await once(client, 'close');
  expect(received).toEqual(messages.flatMap(message => [message, Buffer.from(`after ${message.length}`)]));
  sockets.close();
  server.close();
});
