import { setTimeout as wait } from 'node:timers/promises';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { seeded } from '../support/dice.ts';
import { until } from '../support/until.ts';
import type { BadLine } from './bad-line.ts';
import type { Place } from './storm-place.ts';
import { missingIn, StormWriter } from './storm-writer.ts';

export interface StormOptions {
  place: Place;
  /** Name of a document that nobody has written. */
  document: string;
  clients: number;
  /** How long things go wrong. */
  seconds: number;
  seed: number;
}

export interface StormReport {
  written: number;
  /** Before the storm ended. */
  acknowledged: number;
  /** Acknowledged at some time, and lost or overwritten in what the servers have after a kill -9 of all. */
  lost: string[];
  /** From the end of the last fault until everybody shows the same and all is acknowledged. */
  convergedMs: number;
  /** What went wrong, in order. */
  acts: string[];
}

const convergeWithinMs = 60_000;

/**
 * Clients write through lines that get worse and better, while servers and what they rest on are killed and disks fill up; then all
 * faults end. What happens follows from the seed, when it happens from the machine.
 */
export async function storm({ place, document, clients, seconds, seed }: StormOptions): Promise<StormReport> {
  const dice = seeded(seed);
  const below = (sides: number) => Math.floor(dice() * sides);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
  const lines = place.lines;
  const writers = Array.from(
    { length: clients },
    (_, index) => new StormWriter(`w${index}`, lines[index % lines.length]!.url, document),
  );
  const acts: string[] = [];
  const began = performance.now();
  const note = (act: string) => acts.push(`${((performance.now() - began) / 1000).toFixed(1)} s ${act}`);
  const timers: NodeJS.Timeout[] = [];
  const later = (ms: number, work: () => void) => timers.push(setTimeout(work, ms));
  const lineFaults = {
    cut: (line: BadLine) => line.cut(),
    'hold back both ways of': (line: BadLine) => line.block('there', 'back'),
    'hold back the way to the server of': (line: BadLine) => line.block('there'),
    'hold back the way from the server of': (line: BadLine) => line.block('back'),
    'slow down and slice': (line: BadLine) => {
      line.quality = { latencyMs: dice() * 200, jitterMs: dice() * 300, pieceBytes: 1 + below(40) };
    },
  };
  try {
    const rest = () => 50 + below(350);
    for (let next = rest(); performance.now() - began < seconds * 1000;) {
      for (const writer of writers) if (dice() < 0.3) writer.write(dice() < 0.5);
      await wait(20);
      if ((next -= 20) > 0) continue;
      next = rest();
      const fault = below(10);
      if (fault < 3) {
        const one = pick(place.parts);
        note(`kill ${one.name}`);
        one.strike(below(1500));
      } else if (fault === 3 && place.disk) {
        note('fill the disk');
        place.disk.fill();
        later(500 + below(1500), () => place.disk?.free());
      } else {
        const line = pick(lines);
        const [name, act] = pick(Object.entries(lineFaults));
        note(`${name} line ${lines.indexOf(line)}`);
        act(line);
        if (name !== 'cut') later(300 + below(2500), () => line.heal());
      }
    }
    const acknowledged = writers.reduce((sum, writer) => sum + writer.acknowledged.length, 0);
    for (const line of lines) line.heal();
    for (const timer of timers) clearTimeout(timer);
    place.disk?.free();
    for (const part of place.parts) await part.running();
    const healed = performance.now();
    await until(() => areInStep(writers), convergeWithinMs).catch(() => {});
    const convergedMs = performance.now() - healed;
    const all = writers.flatMap(({ marks }) => marks);
    const promised = writers.flatMap(writer => writer.acknowledged);
    for (const part of place.parts) part.strike(0);
    for (const part of place.parts) await part.running();
    const stored = await Promise.all(place.servers().map(url => read(url, document, promised)));
    const lost = [...new Set(stored.flatMap(doc => missingIn(doc, promised)))];
    return { written: all.length, acknowledged, lost, convergedMs, acts };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    for (const writer of writers) writer.close();
  }
}

function areInStep(writers: readonly StormWriter[]): boolean {
  if (!writers.every(writer => writer.isConnected && writer.acknowledged.length === writer.marks.length)) return false;
  const [first, ...others] = writers.map(({ doc }) => Buffer.from(Y.encodeStateAsUpdate(doc)));
  return others.every(other => other.equals(first!));
}

/** The document as a newcomer gets it; it may take some time to be served again. */
async function read(url: string, document: string, wanted: readonly string[]): Promise<Y.Doc> {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(url.replace('http', 'ws'), document, doc, {
    disableBc: true,
    maxBackoffTime: 500,
  });
  try {
    await until(() => provider.synced, 30_000);
    await until(() => missingIn(doc, wanted).length === 0, 2000).catch(() => {});
  } finally {
    provider.destroy();
    provider.awareness.destroy(); // it asks every few seconds who is still there
  }
  return doc;
}
