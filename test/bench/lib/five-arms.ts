import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine, openMlflow, openNull, type Arm } from './arms.ts';

/** What the benchmarks of logging compare, in one run: ours in both durability classes, two limits, the rival. */
export interface FiveArms {
  normal: Arm;
  full: Arm;
  limit: Arm;
  syncedLimit: Arm;
  rival: Arm;
  all: readonly Arm[];
}

/** Opens all five, and ends them whatever `work` does. `parse`: the null servers read each body as JSON. */
export async function withFiveArms(
  parse: boolean,
  work: (arms: FiveArms, dir: string) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-bench-'));
  const all: Arm[] = [];
  const open = async (opening: Promise<Arm>): Promise<Arm> => {
    const arm = await opening;
    all.push(arm);
    return arm;
  };
  try {
    const normal = await open(openEngine(dir, 'normal'));
    const full = await open(openEngine(dir, 'full'));
    const limit = await open(openNull(dir, { parse }));
    const syncedLimit = await open(openNull(dir, { parse, sync: true }));
    const rival = await open(openMlflow(dir));
    await work({ normal, full, limit, syncedLimit, rival, all }, dir);
  } finally {
    for (const arm of all) await arm.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
