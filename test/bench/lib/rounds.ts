import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { percentile } from './statistics.ts';

/** One measured round of one arm. More is better in `rate`. */
export interface Measured {
  rate: number;
  n: number;
  verified: boolean;
  p50Us?: number;
  p95Us?: number;
  p99Us?: number;
  maxUs?: number;
}

/** The rounds of all arms that count, by name and in the same order: what stands at one index was measured in one round. */
export type Rounds = ReadonlyMap<string, readonly Measured[]>;

const controlOperations = 30_000_000;

/**
 * Measures every arm once a round, in an order that changes. A fixed loop before and after each round tells how fast the
 * machine was: rounds in which it took 1.5 times its best, or in which others took the processor, are left out; if too few remain,
 * all count and the report says so.
 */
export async function interleaved<A extends { name: string; synced: string }>(
  goal: string,
  arms: readonly A[],
  { rounds, measure }: { rounds: number; measure: (arm: A) => Promise<Measured> },
): Promise<Rounds> {
  const raw = openRawFile(goal);
  const all: { controlMs: number; stolen: number; byName: Map<string, Measured> }[] = [];
  for (let round = 0; round < rounds; round++) {
    const byName = new Map<string, Measured>();
    const before = { controlMs: controlLoop(), ...processorTime() };
    for (const arm of shuffled(arms, round)) byName.set(arm.name, await measure(arm));
    const after = { controlMs: controlLoop(), ...processorTime() };
    const stolen = (after.steal - before.steal) / Math.max(1, after.total - before.total);
    const controlMs = Math.max(before.controlMs, after.controlMs);
    all.push({ controlMs, stolen, byName });
    for (const { name, synced } of arms)
      raw({ goal, arm: name, round, synced, ...byName.get(name), controlMs: Math.round(controlMs), stolen });
  }
  const best = Math.min(...all.map(({ controlMs }) => controlMs));
  const quiet = all.filter(({ controlMs, stolen }) => controlMs <= 1.5 * best && stolen <= 0.02);
  const enough = quiet.length >= 0.7 * rounds;
  console.log(
    enough
      ? `${quiet.length} of ${rounds} rounds count (in the others the machine was busy with something else)`
      : `only ${quiet.length} of ${rounds} rounds were quiet: VOID as a verdict; all rounds are shown`,
  );
  const counted = enough ? quiet : all;
  return new Map(arms.map(({ name }) => [name, counted.map(({ byName }) => byName.get(name)!)]));
}

/** `a` as a multiple of `b`: of the medians, of the best rounds, and the 95 % range of resampled rounds. */
export function ratio(
  a: readonly number[],
  b: readonly number[],
): { median: number; best: number; low: number; high: number } {
  const median = (values: readonly number[]) => percentile(values, 50);
  const next = seeded(1);
  const resampled = Array.from({ length: 10_000 }, () => {
    const picks = a.map(() => Math.floor(next() * a.length));
    return median(picks.map(pick => a[pick]!)) / median(picks.map(pick => b[pick]!));
  });
  return {
    median: median(a) / median(b),
    best: Math.max(...a) / Math.max(...b),
    low: percentile(resampled, 2.5),
    high: percentile(resampled, 97.5),
  };
}

function controlLoop(): number {
  const started = performance.now();
  let sum = 0;
  for (let index = 0; index < controlOperations; index++) sum = (sum + index * 31) | 0;
  return performance.now() - started + (sum === 42 ? 1 : 0);
}

/** Ticks of all processors so far; `steal` is what the hypervisor gave to others. Zero where that is not told. */
function processorTime(): { steal: number; total: number } {
  if (process.platform !== 'linux') return { steal: 0, total: 0 };
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const ticks = line.trim().split(/\s+/).slice(1).map(Number);
  return { steal: ticks[7] ?? 0, total: ticks.slice(0, 8).reduce((sum, value) => sum + value, 0) };
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = seeded(seed + 1);
  return items
    .map(item => ({ item, at: next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Numbers from 0 to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = (seed * 0x9e3779b1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** `.cache/bench/<goal>.jsonl`: every round, also those that are left out. */
function openRawFile(goal: string): (line: object) => void {
  const file = fileURLToPath(new URL(`../../../.cache/bench/${goal}.jsonl`, import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  const at = new Date().toISOString();
  return line => appendFileSync(file, `${JSON.stringify({ at, ...line })}\n`);
}
