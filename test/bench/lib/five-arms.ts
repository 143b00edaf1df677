import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine, openMlflow, openNull, type Arm } from './arms.ts';
import { openLoops, watchLoop, WatchedRounds } from './loop-delay.ts';

/** What the benchmarks of logging compare, in one run: ours in both durability classes, two limits, the rival. */
export interface FiveArms {
  normal: Arm;
  full: Arm;
  limit: Arm;
  syncedLimit: Arm;
  rival: Arm;
  all: readonly Arm[];
  /** How long the event loops of ours were held up; empty unless asked for. */
  loops: WatchedRounds;
}

/**
 * Opens all five, and ends them whatever `work` does. `parse`: the null servers read each body as JSON. `watch`: the event
 * loops of ours are watched.
 */
export async function withFiveArms(
  { parse, watch = false }: { parse: boolean; watch?: boolean },
  work: (arms: FiveArms, dir: string) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-bench-'));
  const all: Arm[] = [];
  const loops = new WatchedRounds();
  const open = async (opening: Promise<Arm>): Promise<Arm> => {
    const arm = await opening;
    all.push(arm);
    return arm;
  };
  try {
    const ours = async (durability: 'normal' | 'full') => {
      const arm = await open(openEngine(dir, durability, watch ? watchLoop(dir, durability) : {}));
      if (watch) loops.add(arm, openLoops(dir, arm, durability));
      return arm;
    };
    const normal = await ours('normal');
    const full = await ours('full');
    const limit = await open(openNull(dir, { parse }));
    const syncedLimit = await open(openNull(dir, { parse, sync: true }));
    const rival = await open(openMlflow(dir));
    await work({ normal, full, limit, syncedLimit, rival, all, loops }, dir);
  } finally {
    await loops.close();
    for (const arm of all) await arm.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
