// The least that a sync server does: bytes of updates go to the others in the room, and one frame answers each. Nothing is stored.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createEncoder, toUint8Array, writeVarUint } from 'lib0/encoding';
import { WebSocketServer, type WebSocket } from 'ws';
import { frame } from '@benchmate/shared/protocol/document-wire';

const nothing = Uint8Array.of(frame.sync, 1, 2, 0, 0);
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
const rooms = new Map<string, Set<WebSocket>>();
server.on('connection', (socket, { url = '/' }) => {
  const room = rooms.get(url) ?? new Set();
  rooms.set(url, room.add(socket));
  let taken = 0;
  socket.on('close', () => room.delete(socket));
  socket.on('message', data => {
    const bytes = data as Buffer;
    if (bytes[0] === frame.sync && bytes[1] === 0) return socket.send(nothing);
    for (const other of room) if (other !== socket) other.send(bytes);
    socket.send(acknowledgement(++taken));
  });
});
await once(server, 'listening');
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`);

function acknowledgement(count: number): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, frame.ack);
  writeVarUint(encoder, count);
  return toUint8Array(encoder);
}
