import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { awarenessFrame, step1Frame, step2Frame, updateFrame } from '../../sync-server/src/rooms/frames.ts';
import type { SyncServer } from '../../sync-server/src/server.ts';
import { insertion, RawClient, temporaryServer } from '../../sync-server/src/simulated-client.ts';
import { seeded } from '../support/dice.ts';

let server: SyncServer;
beforeAll(async () => {
  server = await temporaryServer({ open: true, quotas: { framesPerSecond: 1e9, bytesPerSecond: 1e12 } });
});
afterAll(() => server.close());

/** `BENCHMATE_FUZZ_FRAMES=100000` for the long run. */
const frames = Number(process.env['BENCHMATE_FUZZ_FRAMES'] ?? 2000);

it(
  `${frames} malformed frames crash nothing and change no other document (R8)`,
  async () => {
    const bystander = new RawClient(server.url, 'bystander');
    await bystander.opened;
    bystander.socket.send(updateFrame(insertion('untouched')));
    expect(await bystander.text()).toBe('untouched');
    const dice = seeded(7);
    const roll = (sides: number) => Math.floor(dice() * sides);
    const good = samples();
    const closedWith = new Map<number, number>();
    for (let sent = 0; sent < frames;) {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/attacked`);
      const closed = new Promise<number>(resolve => socket.on('close', resolve));
      socket.on('error', () => {});
      await new Promise(resolve => socket.once('open', resolve));
      // Until one of them ends the connection; each of the next comes over a new one.
      for (let burst = 0; burst < 20 && sent < frames; burst++, sent++) socket.send(mutated(good, roll));
      socket.send(Buffer.from([77]));
      const code = await closed;
      closedWith.set(code, (closedWith.get(code) ?? 0) + 1);
    }
    for (const code of closedWith.keys()) expect([4400, 4413, 4414, 1002, 1006, 1007, 1009]).toContain(code);
    expect(await bystander.text()).toBe('untouched');
    const attacked = new RawClient(server.url, 'attacked');
    await attacked.opened;
    attacked.socket.send(updateFrame(insertion('alive')));
    await attacked.drain(); // the document is still served, whatever was written into it
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
    for (const client of [bystander, attacked]) client.socket.terminate();
  },
  60_000 + frames * 5,
);

function samples(): Uint8Array[] {
  const doc = new Y.Doc();
  doc.getText('body').insert(0, 'some words');
  doc.getMap('threads').set('t', new Y.Map([['anchor', { line: 3 }]]));
  const state = Y.encodeStateAsUpdate(doc);
  const awareness = Buffer.from([1, 7, 1, 2, ...Buffer.from('{}')]);
  return [updateFrame(state), step2Frame(state), step1Frame(Y.encodeStateVector(doc)), awarenessFrame(awareness)];
}

/** Random bytes, a frame cut short, one with a few bits flipped, or one with a length that is not there. */
function mutated(good: readonly Uint8Array[], roll: (sides: number) => number): Buffer {
  const frame = Buffer.from(good[roll(good.length)]!);
  const way = roll(4);
  if (way === 0) return Buffer.from(Array.from({ length: roll(200) }, () => roll(256)));
  if (way === 1) return frame.subarray(0, roll(frame.length));
  if (way === 2) {
    for (let flips = 1 + roll(3); flips > 0; flips--) frame[roll(frame.length)]! ^= 1 << roll(8);
    return frame;
  }
  return Buffer.concat([frame.subarray(0, 2), Buffer.from([255, 255, 255, 255, roll(128)]), frame.subarray(2)]);
}
