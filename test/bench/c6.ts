import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Y from 'yjs';
import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../support/until.ts';
import { benchOptions } from './lib/options.ts';
import { median } from './lib/statistics.ts';
import { openHocuspocus, openOurs, openYWebsocket, type OpenSyncArm, type SyncArm } from './lib/sync-arms.ts';
import { SyncClient } from './lib/sync-client.ts';
import { TypedText } from './lib/typed-text.ts';

const storedAfterMs = 5000;
const startedAfterMs = 1000;

/** C6: a server that started a second ago, and the first client's opening of a document of 259,778 keystrokes, beside bare `Y.applyUpdate`. */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 11, seconds: 1 });
  const text = new TypedText(1);
  while (!text.done) text.type(1000);
  const state = Y.encodeStateAsUpdate(text.doc);
  const { length } = text.doc.getText('body');
  const arms: { open: OpenSyncArm; dir: string }[] = [];
  for (const open of [openOurs, openHocuspocus, openYWebsocket]) {
    const dir = mkdtempSync(join(tmpdir(), 'benchmate-c6-'));
    await fill(open, dir, state);
    arms.push({ open, dir });
  }
  const times = new Map<string, number[]>();
  const note = (name: string, ms: number) => times.set(name, [...(times.get(name) ?? []), ms]);
  for (let round = 0; round < rounds; round++) {
    note('bare Y.applyUpdate', bare(state));
    for (const { open, dir } of arms) {
      const arm = await open(dir);
      await wait(startedAfterMs);
      note(arm.name, await opened(arm, length));
      await arm.close();
    }
  }
  for (const { dir } of arms) rmSync(dir, { recursive: true, force: true });
  const limit = median(times.get('bare Y.applyUpdate')!);
  for (const [name, values] of times) {
    const goal = name === 'benchmate-sync' ? ' (goal: at most 3x)' : '';
    console.log(`  ${name.padEnd(36)} ${median(values).toFixed(0)} ms: ${(median(values) / limit).toFixed(2)}x${goal}`);
  }
}

async function fill(open: OpenSyncArm, dir: string, state: Uint8Array): Promise<void> {
  const arm = await open(dir);
  const { client } = await SyncClient.join(arm, 'room');
  client.send(state);
  await wait(storedAfterMs); // two of three say nothing when it is stored
  client.close();
  await arm.close();
}

function bare(state: Uint8Array): number {
  const began = performance.now();
  Y.applyUpdate(new Y.Doc(), state);
  return performance.now() - began;
}

/** From connecting until the whole text is there: one of the servers says that it is before it is. */
async function opened(arm: SyncArm, length: number): Promise<number> {
  const doc = new Y.Doc();
  const began = performance.now();
  const { client, state } = await SyncClient.join(arm, 'room');
  client.onUpdate = update => Y.applyUpdate(doc, update);
  Y.applyUpdate(doc, state);
  if (doc.getText('body').length !== length) await until(() => doc.getText('body').length === length, 30_000);
  const ms = performance.now() - began;
  client.close();
  return ms;
}
