import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDecoder } from 'lib0/decoding';
import { createEncoder, toUint8Array } from 'lib0/encoding';
import { readSyncMessage, writeSyncStep1 } from 'y-protocols/sync';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { until } from '../support/until.ts';
import { benchOptions } from './lib/options.ts';
import { median } from './lib/statistics.ts';
import { openOurs, openYWebsocket, type OpenSyncArm } from './lib/sync-arms.ts';

const edits = 50_000;

/**
 * C5: two people wrote 50,000 edits each while offline; from connecting to equal documents, beside bare `Y.applyUpdate`, and
 * beside what the messages between them cost by themselves.
 */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 5, seconds: 1 });
  const histories = [written(1), written(2)];
  const bareMs: number[] = [];
  const exchangedMs: number[] = [];
  const byName = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    bareMs.push(bare(histories));
    exchangedMs.push(exchanged(histories));
    for (const open of [openOurs, openYWebsocket]) {
      const { name, ms } = await merged(open, histories);
      byName.set(name, [...(byName.get(name) ?? []), ms]);
    }
  }
  const beside = (ms: readonly number[]) =>
    `${median(ms).toFixed(0)} ms: ${(median(ms) / median(bareMs)).toFixed(2)}x bare`;
  console.log(`  bare Y.applyUpdate, both ways          ${median(bareMs).toFixed(0)} ms`);
  console.log(`  y-protocols, nothing in between        ${beside(exchangedMs)}`);
  for (const [name, values] of byName)
    console.log(`  ${name.padEnd(36)}   ${beside(values)}${name === 'benchmate-sync' ? ' (goal: at most 1.2x)' : ''}`);
}

/** A document after single characters at places that look random and are the same each time. */
function written(clientId: number): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = clientId;
  const body = doc.getText('body');
  let place = clientId;
  doc.transact(() => {
    for (let i = 0; i < edits; i++) {
      place = (place * 1_103_515_245 + 12_345) % 2_147_483_648;
      body.insert(place % 10 === 0 ? place % (body.length + 1) : body.length, 'x');
    }
  });
  return Y.encodeStateAsUpdate(doc);
}

function load(update: Uint8Array): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  return doc;
}

function bare([a, b]: readonly Uint8Array[]): number {
  const docs = [load(a!), load(b!)];
  const began = performance.now();
  Y.applyUpdate(docs[0]!, b!);
  Y.applyUpdate(docs[1]!, a!);
  return performance.now() - began;
}

/** The same by the messages that stock clients send, handed over in one process: no server and no network can be faster. */
function exchanged(histories: readonly Uint8Array[]): number {
  const docs = histories.map(load);
  const began = performance.now();
  for (const [from, to] of [
    [docs[0]!, docs[1]!],
    [docs[1]!, docs[0]!],
  ] as const) {
    const asks = createEncoder();
    writeSyncStep1(asks, to);
    const answers = createEncoder();
    readSyncMessage(createDecoder(toUint8Array(asks)), answers, from, null);
    readSyncMessage(createDecoder(toUint8Array(answers)), createEncoder(), to, null);
  }
  const ms = performance.now() - began;
  for (const doc of docs) if (doc.getText('body').length !== 2 * edits) throw new Error('not merged');
  return ms;
}

async function merged(open: OpenSyncArm, histories: readonly Uint8Array[]): Promise<{ name: string; ms: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-c5-'));
  const arm = await open(dir);
  const docs = histories.map(load);
  const url = arm.url.replace('http', 'ws');
  const began = performance.now();
  const providers = docs.map(doc => new WebsocketProvider(url, 'room', doc, { disableBc: true }));
  await until(() => docs.every(doc => doc.getText('body').length === 2 * edits), 60_000);
  const ms = performance.now() - began;
  for (const provider of providers) provider.destroy();
  for (const doc of docs) doc.destroy(); // their awareness looks at the clock until then
  await arm.close();
  rmSync(dir, { recursive: true, force: true });
  return { name: arm.name, ms };
}
