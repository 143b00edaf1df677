import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until.ts';
import type { Arm } from './arms.ts';

const preload = new URL('../processes/watch-loop.ts', import.meta.url).href;
const fileIn = (dir: string) => join(dir, 'loop.json');

/** How long an event loop was held up at a time. */
export interface LoopDelays {
  maxMs: number;
  p99Ms: number;
}

/** The environment of an engine whose event loop is watched from inside. */
export const watchLoop = (dir: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=${preload}`,
  BENCHMATE_BENCH_LOOP: fileIn(dir),
});

/** What was seen since it was asked last. */
export async function loopDelays(dir: string, { pid }: Arm): Promise<LoopDelays> {
  const asked = Date.now();
  await until(() => statSync(fileIn(dir)).mtimeMs > asked + 60);
  const delays = JSON.parse(readFileSync(fileIn(dir), 'utf8')) as LoopDelays;
  process.kill(pid, 'SIGUSR2');
  return delays;
}
