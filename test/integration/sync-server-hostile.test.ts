import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as Y from 'yjs';
import { step1Frame, updateFrame } from '../../sync-server/src/rooms/frames.ts';
import { bodyOf, insertion, RawClient } from '../../sync-server/src/simulated-client.ts';
import { allowedCodes, attack } from '../chaos/frames-attack.ts';
import { startProgram, type Program } from '../support/program.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let server: Program<{ url: string }>;
const dir = mkdtempSync(join(tmpdir(), 'benchmate-hostile-'));
beforeAll(async () => {
  server = await startProgram('sync-server/src/main.ts', ['--open', '--data-dir', dir]);
});
afterAll(async () => {
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** `BENCHMATE_FUZZ_FRAMES=100000` for the long run; `npm run bench -- r8` measures, too, what others notice of it. */
const frames = Number(process.env['BENCHMATE_FUZZ_FRAMES'] ?? 3000);

async function open(name: string): Promise<RawClient> {
  const client = new RawClient(server.announced.url, name);
  await client.opened;
  return client;
}

/** Of the document as a newcomer gets it. */
async function hashOf(client: RawClient): Promise<string> {
  client.socket.send(step1Frame(Y.encodeStateVector(new Y.Doc())));
  const frame = await client.next(candidate => candidate[0] === 0 && candidate[1] === 1);
  return createHash('sha256').update(bodyOf(frame)).digest('hex');
}

it(
  `SY12 ${frames} malformed frames crash nothing, change no other document, and end with the codes that they deserve (R8)`,
  async () => {
    const [bystander, other] = [await open('bystander'), await open('bystander')];
    await other.drain();
    bystander.socket.send(updateFrame(insertion('untouched')));
    await other.next(frame => frame[0] === 0 && frame[1] === 2);
    const before = await hashOf(bystander);
    const progress = { isOver: false };
    const attacked = attack({ url: server.announced.url, document: 'attacked', frames, seed: 7 }).finally(
      () => (progress.isOver = true),
    );
    // Meanwhile the others are served.
    let served = 0;
    while (!progress.isOver) {
      expect(await hashOf(other)).toBe(before);
      served++;
    }
    expect(served).toBeGreaterThan(frames / 100);
    const codes = await attacked;
    for (const [kind, counts] of Object.entries(codes))
      for (const code of Object.keys(counts)) expect(allowedCodes, kind).toContain(Number(code));
    expect(Object.keys(codes['reserved bit']!)).toEqual(['1002']);
    expect(Object.keys(codes['longer than any document']!)).toEqual(['1009']);
    expect(Object.keys(codes['text']!)).toContain('1007');
    expect(await hashOf(bystander)).toBe(before);
    // The document is still served, whatever was written into it.
    const survivor = await open('attacked');
    survivor.socket.send(updateFrame(insertion('alive')));
    await survivor.drain();
    expect((await fetch(`${server.announced.url}/ready`)).status).toBe(200);
    for (const client of [bystander, other, survivor]) client.socket.terminate();
  },
  60_000 + frames * 5,
);
