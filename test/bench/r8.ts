import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as Y from 'yjs';
import { allowedCodes, type CloseCodes } from '../chaos/frames-attack.ts';
import { printMachine } from './lib/machine.ts';
import { firstLine, spawnPinned } from './lib/pinned.ts';
import { percentile } from './lib/statistics.ts';
import { openOurs, type SyncArm } from './lib/sync-arms.ts';
import { SyncClient } from './lib/sync-client.ts';
import { syncLoad } from './lib/sync-load.ts';

const attacker = fileURLToPath(new URL('processes/attack.ts', import.meta.url));
const parts = 10;
/** Two other rooms, with three people each, who type. */
const bystanders = { rooms: 2, clients: 3, updatesPerSecond: 100, seconds: 2 };

/** R8: `--frames` (100,000) malformed frames against a real server, and what two other rooms notice of them. */
export async function bench(): Promise<void> {
  const options = { frames: { type: 'string' }, seed: { type: 'string' } } as const;
  const { values } = parseArgs({ args: process.argv.slice(3), options });
  const frames = Number(values.frames ?? 100_000);
  await printMachine();
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-r8-'));
  const server = await openOurs(dir);
  const quiet: number[] = [];
  const attacked: number[] = [];
  const codes: CloseCodes = {};
  let dropped = 0;
  const load = async (into: number[]) => {
    const figures = await syncLoad(server, bystanders);
    into.push(...figures.broadcastMs);
    dropped += figures.dropped;
  };
  try {
    const before = await untouched(server, true);
    await load([]); // the first round compiles
    const began = performance.now();
    for (let part = 0; part < parts; part++) {
      await load(quiet);
      const attack = { over: false };
      const ended = attackWith(server, frames / parts, Number(values.seed ?? 1) + part);
      void ended.finally(() => (attack.over = true)).catch(() => {});
      while (!attack.over) await load(attacked);
      add(codes, await ended);
    }
    const seconds = (performance.now() - began) / 1000;
    const after = await untouched(server, false);
    for (const [kind, counts] of Object.entries(codes)) console.log(`  ${kind.padEnd(38)} ${JSON.stringify(counts)}`);
    const wrong = Object.values(codes).flatMap(counts =>
      Object.keys(counts).filter(code => !allowedCodes.includes(Number(code))),
    );
    const [p99, p99Attacked] = [percentile(quiet, 99), percentile(attacked, 99)];
    console.log(
      `R8: ${frames} malformed frames in ${seconds.toFixed(0)} s, other codes than expected: ${wrong.length}`,
    );
    console.log(
      `R8: a document that nobody touched is ${before === after ? 'the same' : 'CHANGED'}, ${dropped} updates dropped`,
    );
    console.log(
      `R8: broadcast p99 in other rooms ${p99.toFixed(2)} ms quiet, ${p99Attacked.toFixed(2)} ms under attack: ` +
        `${(p99Attacked / p99).toFixed(2)}x (goal: at most 1.5x)`,
    );
    if (before !== after || wrong.length > 0 || dropped > 0) process.exitCode = 1;
  } finally {
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function attackWith({ url }: SyncArm, frames: number, seed: number): Promise<CloseCodes> {
  const child = spawnPinned(1, [process.execPath, attacker, url, String(frames), String(seed)]);
  return (await firstLine(child)) as CloseCodes;
}

function add(codes: CloseCodes, more: CloseCodes): void {
  for (const [kind, counts] of Object.entries(more))
    for (const [code, count] of Object.entries(counts)) {
      const sum = (codes[kind] ??= {});
      sum[Number(code)] = (sum[Number(code)] ?? 0) + count;
    }
}

/** The hash of a document of its own; writes it first. */
async function untouched(server: SyncArm, write: boolean): Promise<string> {
  const { client, state } = await SyncClient.join(server, 'untouched');
  let found = state;
  if (write) {
    const doc = new Y.Doc();
    doc.getText('body').insert(0, 'untouched');
    const acknowledged = new Promise<void>(resolve => (client.onAcknowledged = () => resolve()));
    client.send(Y.encodeStateAsUpdate(doc));
    await acknowledged;
    const again = await SyncClient.join(server, 'untouched');
    again.client.close();
    found = again.state;
  }
  client.close();
  return createHash('sha256').update(found).digest('hex');
}
