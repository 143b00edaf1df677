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
}

/** Of the engine, and in the same time of a process that does nothing, on the same core: what the machine itself adds. */
export interface LoopReading {
  engine: LoopDelays;
  bare: LoopDelays;
}

/** The environment of an engine whose event loop is watched from inside. */
export const watchLoop = (dir: string, name = 'engine'): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=${preload}`,
  BENCHMATE_BENCH_LOOP: fileOf(dir, name),
});

/** Reads what was seen since it was read last. */
export function openLoops(dir: string, engine: Arm): { read: () => Promise<LoopReading>; close: () => Promise<void> } {
  const env = { ...process.env, ...watchLoop(dir, 'bare') };
  const bare = spawnPinned(0, [process.execPath, '-e', 'setInterval(() => {}, 1000)'], { env });
  return {
    read: async () => ({
      engine: await delaysOf(fileOf(dir, 'engine'), engine.pid),
      bare: await delaysOf(fileOf(dir, 'bare'), bare.pid ?? 0),
    }),
    close: () => endGroup(bare),
  };
}

export function loopLine({ engine, bare }: LoopReading): string {
  const ms = ({ maxMs, p99Ms }: LoopDelays) => `${maxMs.toFixed(1)} ms at most (p99 ${p99Ms.toFixed(1)} ms)`;
  return `event loop held up ${ms(engine)}; of a process that does nothing: ${ms(bare)}; limit ${limitMs} ms: ${verdict(engine, bare)}`;
}

/** On a machine that holds up a process that does nothing, nothing can be said. */
function verdict(engine: LoopDelays, bare: LoopDelays): string {
  if (engine.maxMs <= limitMs) return 'met';
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
