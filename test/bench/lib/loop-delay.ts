import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until.ts';
import type { Arm } from './arms.ts';
import { endGroup, spawnPinned } from './pinned.ts';

const preload = new URL('../processes/watch-loop.ts', import.meta.url).href;
const limitMs = 20;

/** How long an event loop was held up at a time. */
interface LoopDelays {
  maxMs: number;
  p99Ms: number;
  /** What its thread computed in one turn at most: the rest of a hold-up it waited for the core, which its other threads share. */
  ownMs: number;
}

/** Of the engine, and in the same time of a process that does nothing, on the same core: what the machine itself adds. */
export interface LoopReading {
  engine: LoopDelays;
  bare: LoopDelays;
}

interface Loops {
  read: () => Promise<LoopReading>;
  close: () => Promise<void>;
}

/** The environment of an engine whose event loop is watched from inside. */
export const watchLoop = (dir: string, name = 'engine'): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=${preload}`,
  BENCHMATE_BENCH_LOOP: fileOf(dir, name),
});

/** Reads what was seen since it was read last of an engine that was opened with {@link watchLoop} of the same folder and name. */
export function openLoops(dir: string, engine: Pick<Arm, 'pid'>, name = 'engine'): Loops {
  const bareName = `bare-${name}`;
  const env = { ...process.env, ...watchLoop(dir, bareName) };
  const bare = spawnPinned(0, [process.execPath, '-e', 'setInterval(() => {}, 1000)'], { env });
  return {
    read: async () => ({
      engine: await delaysOf(fileOf(dir, name), engine.pid),
      bare: await delaysOf(fileOf(dir, bareName), bare.pid ?? 0),
    }),
    close: () => endGroup(bare),
  };
}

export function loopLine({ engine, bare }: LoopReading): string {
  const ms = ({ maxMs, p99Ms, ownMs }: LoopDelays) =>
    `${maxMs.toFixed(1)} ms at most (p99 ${p99Ms.toFixed(1)} ms; ${ownMs.toFixed(1)} ms of its own work at most)`;
  return `event loop held up ${ms(engine)}; of a process that does nothing: ${ms(bare)}; limit ${limitMs} ms: ${verdict(engine, bare)}`;
}

/** What was seen in the rounds of each engine, and nowhere between: other arms use the same core. */
export class WatchedRounds {
  readonly #loops = new Map<Arm, Loops>();
  readonly #seen = new Map<Arm, LoopReading[]>();

  add(arm: Arm, loops: Loops): void {
    this.#loops.set(arm, loops);
  }

  /** Reads what was seen while `round` ran. An arm that was not added just runs. */
  async watch<T>(arm: Arm, round: () => Promise<T>): Promise<T> {
    const loops = this.#loops.get(arm);
    await loops?.read();
    const measured = await round();
    if (loops) this.#seen.set(arm, [...(this.#seen.get(arm) ?? []), await loops.read()]);
    return measured;
  }

  /** The worst round of each engine, of those in which the machine let a process that does nothing go on; begins anew. */
  print(): void {
    for (const [{ name }, readings] of this.#seen) {
      const quiet = readings.filter(({ bare }) => bare.maxMs <= limitMs / 2);
      const counted = quiet.length > 0 ? quiet : readings;
      const worst = counted.toSorted((a, b) => b.engine.maxMs - a.engine.maxMs)[0]!;
      console.log(`${name}: ${loopLine(worst)} (worst of ${quiet.length} quiet rounds of ${readings.length})`);
    }
    this.#seen.clear();
  }

  async close(): Promise<void> {
    for (const { close } of this.#loops.values()) await close();
  }
}

/** On a machine that holds up a process that does nothing, nothing can be said. */
function verdict(engine: LoopDelays, bare: LoopDelays): string {
  if (engine.maxMs <= limitMs) return 'met';
  if (engine.ownMs <= limitMs) return 'met by its own work, not by waiting for the one core that its threads share';
  return bare.maxMs > limitMs / 2 ? 'VOID, the machine is busy' : 'NOT met';
}

async function delaysOf(file: string, pid: number): Promise<LoopDelays> {
  const asked = Date.now();
  await until(() => statSync(file).mtimeMs > asked + 60);
  const delays = JSON.parse(readFileSync(file, 'utf8')) as LoopDelays;
  process.kill(pid, 'SIGUSR2');
  return delays;
}

const fileOf = (dir: string, name: string) => join(dir, `loop-${name}.json`);
