import { setTimeout as wait } from 'node:timers/promises';
import * as Y from 'yjs';
import { until } from '../../support/until.ts';
import { processorMs, type SyncArm } from './sync-arms.ts';
import { SyncClient } from './sync-client.ts';

export interface SyncLoad {
  rooms: number;
  clients: number;
  updatesPerSecond: number;
  seconds: number;
}

export interface SyncFigures {
  sent: number;
  /** Deliveries that did not come within five seconds after the end. */
  dropped: number;
  broadcastMs: number[];
  /** Empty where the wire has no acknowledgement. */
  acknowledgedMs: number[];
  processorMsPerUpdate: number;
}

interface Seat {
  client: SyncClient;
  doc: Y.Doc;
  /** When what is not acknowledged yet was sent. */
  sentAt: number[];
  acknowledged: number;
}

const marker = Buffer.from('@');
const digits = 9;

/** Connects everybody, in small groups. */
export async function joinAll(arm: SyncArm, { rooms, clients }: SyncLoad): Promise<SyncClient[][]> {
  const seats: SyncClient[][] = [];
  for (let room = 0; room < rooms; room++)
    seats.push(
      await Promise.all(
        Array.from({ length: clients }, async () => (await SyncClient.join(arm, `room-${room}`)).client),
      ),
    );
  return seats;
}

/** Servers compile what they run often, and some have threads to start: that is over before anything is counted. */
const warmUpSeconds = 3;

/**
 * Somebody types in some room at a fixed rate, whatever the server does (open loop). The text carries a number: from it the
 * others know when it was sent, and what never came.
 */
export async function syncLoad(arm: SyncArm, load: SyncLoad): Promise<SyncFigures> {
  const broadcastMs: number[] = [];
  const acknowledgedMs: number[] = [];
  const sentAt: number[] = [];
  const sentBy: Seat[] = [];
  /** Number of the first update that counts. */
  const counted = Math.round(load.updatesPerSecond * warmUpSeconds);
  let delivered = 0;
  const rooms = (await joinAll(arm, load)).map(clients =>
    clients.map(client => {
      const seat: Seat = { client, doc: new Y.Doc(), sentAt: [], acknowledged: 0 };
      seat.doc.on('update', update => client.send(update));
      client.onUpdate = update => {
        const at = performance.now();
        const bytes = Buffer.from(update.buffer, update.byteOffset, update.length);
        const place = bytes.indexOf(marker) + 1;
        const number = Number(bytes.toString('latin1', place, place + digits));
        if (sentBy[number] === seat) return; // some servers echo
        delivered++;
        if (number >= counted) broadcastMs.push(at - sentAt[number]!);
      };
      client.onAcknowledged = count => {
        const at = performance.now();
        for (; seat.acknowledged < count; seat.acknowledged++) {
          const began = seat.sentAt.shift();
          if (began !== undefined && began >= (sentAt[counted] ?? Infinity)) acknowledgedMs.push(at - began);
        }
      };
      return seat;
    }),
  );
  let processor = 0;
  const began = performance.now();
  const total = Math.round(load.updatesPerSecond * (warmUpSeconds + load.seconds));
  for (let number = 0; number < total;) {
    const due = Math.min(total, Math.ceil(((performance.now() - began) / 1000) * load.updatesPerSecond));
    for (; number < due; number++) {
      if (number === counted) processor = processorMs(arm.pid);
      const room = rooms[(number * 7919) % rooms.length]!;
      const seat = room[number % room.length]!;
      const now = performance.now();
      sentAt.push(now);
      sentBy.push(seat);
      seat.sentAt.push(now);
      const text = seat.doc.getText('body');
      text.insert(text.length, `@${String(number).padStart(digits, '0')}`);
    }
    await wait(1);
  }
  const expected = total * (load.clients - 1);
  await until(() => delivered >= expected, 5000).catch(() => {});
  const used = processorMs(arm.pid) - processor;
  for (const room of rooms) for (const { client } of room) client.close();
  return {
    sent: total - counted,
    dropped: expected - delivered,
    broadcastMs,
    acknowledgedMs,
    processorMsPerUpdate: used / (total - counted),
  };
}
