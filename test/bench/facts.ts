import { GrowingRegistry } from '@benchmate/shared/facts/growing-registry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { registryOf } from '@benchmate/shared/facts/registry';
import { factsInEngine } from './lib/facts-in-engine.ts';
import { factNumber, writtenFacts } from './lib/facts-team.ts';
import { printMachine } from './lib/machine.ts';
import { benchOptions } from './lib/options.ts';
import { median, percentile } from './lib/statistics.ts';

const sizes = [1_000, 10_000, 50_000];
const appended = 500;
const limitMs = 20;

/**
 * Signed facts: what one more costs, by reducing all of them again and by taking it up where it lands, in one run. Then
 * what lands far back, in the steps in which the engine takes it up; and an engine that starts with 20,000 of them.
 */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 5, seconds: 1 });
  await printMachine();
  measureAt(1_000, 1); // warm-up
  for (const size of sizes) for (const text of measureAt(size, rounds)) console.log(text);
  await factsInEngine(rounds);
}

function measureAt(size: number, rounds: number): string[] {
  const { entries, authors, away } = writtenFacts(size);
  const seen = vectorOf(entries);
  const full = repeated(rounds, () => void registryOf(entries));
  const growing = new GrowingRegistry();
  growing.add(entries);
  const loading = stepsOf(growing);
  const half = Object.fromEntries(Object.entries(seen).map(([device, seq]) => [device, Math.ceil(seq / 2)]));
  const one = Array.from({ length: appended }, (_, index) => {
    const item = authors[index % authors.length]!.write(factNumber(size + index), seen);
    return timed(() => {
      growing.judge({ ...item, hash: 'intended' });
      growing.add([item]);
      growing.catchUp();
    });
  });
  const batch = Array.from({ length: 100 }, (_, index) => away.write(factNumber(index), half));
  const late = stepsOf(growing, batch);
  const removal = stepsOf(growing, [away.write({ kind: 'member.removed', device: authors[1]!.device }, half)]);
  const us = (ms: number) => `${(ms * 1000).toFixed(0)} µs`;
  const steps = ({ totalMs, longestMs, longestCpuMs }: Steps) =>
    `${totalMs.toFixed(0)} ms, longest step ${longestMs.toFixed(1)} ms, ${longestCpuMs.toFixed(1)} ms of it at work ` +
    `(limit ${limitMs} ms: ${longestCpuMs <= limitMs ? 'met' : 'MISSED'})`;
  return [
    `${size} facts: one more by reducing all again ${us(median(full))}; where it lands, judged before ${us(median(one))} ` +
      `(p99 ${us(percentile(one, 99))}, at most ${us(Math.max(...one))}): ${(median(full) / median(one)).toFixed(0)}x`,
    `  all taken up at once: ${steps(loading)}`,
    `  100 facts of somebody who had seen half of them: ${steps(late)}`,
    `  a removal that takes the effect from half of what a member stated: ${steps(removal)}`,
  ];
}

interface Steps {
  totalMs: number;
  longestMs: number;
  /** Of the thread's own time: on a busy machine a step takes longer than it works. */
  longestCpuMs: number;
}

/** The steps between which the engine lets others have their turn. */
function stepsOf(growing: GrowingRegistry, items?: readonly HeldEntry[]): Steps {
  const steps: Steps = { totalMs: 0, longestMs: 0, longestCpuMs: 0 };
  const step = (work: () => void) => {
    const before = process.threadCpuUsage();
    const ms = timed(work);
    const { user, system } = process.threadCpuUsage(before);
    steps.totalMs += ms;
    steps.longestMs = Math.max(steps.longestMs, ms);
    steps.longestCpuMs = Math.max(steps.longestCpuMs, (user + system) / 1000);
  };
  if (items) step(() => growing.add(items));
  while (growing.isBehind) step(() => void growing.catchUp(1));
  return steps;
}

function vectorOf(entries: readonly HeldEntry[]): Record<string, number> {
  const vector: Record<string, number> = {};
  for (const { entry } of entries) vector[entry.author] = Math.max(vector[entry.author] ?? 0, entry.seq);
  return vector;
}

const repeated = (times: number, work: () => void): number[] => Array.from({ length: times }, () => timed(work));

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}
