import { foundTeam } from './actors/team.ts';
import { Templates } from './actors/templates.ts';
import type { Watchdog } from './kernel/watchdog.ts';
import { runSeed } from './run-seed.ts';

export interface SimulateOptions {
  from: number;
  count: number;
  trace: boolean;
  /** Tells of each seed what its trace comes to. */
  digests: boolean;
  /** Goes on after a seed that failed. */
  all: boolean;
  /** The name of a planted bug: to find it is what is wanted. */
  bug: string | null;
  watchdog: Watchdog;
}

/** What came of it. Sent to whoever started this process, if it listens. */
export interface SimulationReport {
  seeds: number;
  seconds: number;
  failed: { seed: number; violation: string }[];
}

/** Runs seeds one after the other and tells what broke. */
export async function simulate(options: SimulateOptions): Promise<SimulationReport> {
  const { from, count, trace, digests, all, bug, watchdog } = options;
  const team = foundTeam();
  const templates = await Templates.make(team);
  const stage = { team, templates };
  const began = process.hrtime.bigint();
  const seconds = () => Number(process.hrtime.bigint() - began) / 1e9;
  const failed: SimulationReport['failed'] = [];
  const report = (seeds: number): SimulationReport => ({ seeds, seconds: seconds(), failed });
  let slowest = 0;
  try {
    for (let seed = from; seed < from + count; seed++) {
      watchdog.begins(seed);
      const result = await runSeed(seed, stage, trace ? line => console.log(line) : null);
      slowest = Math.max(slowest, result.convergedMs);
      if (count === 1 || digests)
        console.log(
          `seed ${seed}: ${result.events} events, trace ${result.digest}, in step after ${result.convergedMs} ms`,
        );
      if (result.violations.length === 0) continue;
      failed.push({ seed, violation: result.violations[0]! });
      const which = bug === null ? '' : ` --bug ${bug}`;
      for (const violation of result.violations.slice(0, bug === null ? 10 : 1))
        console.log(`seed ${seed}: ${violation}`);
      console.log(`Again: npm run sim -- --seed ${seed} --trace${which}`);
      if (all) continue;
      console.log(`${bug ?? 'Something'} was found after ${seed - from + 1} seeds and ${seconds().toFixed(1)} s.`);
      return report(seed - from + 1);
    }
    const found = failed.length === 0 ? 'nothing found' : `${failed.length} seeds failed`;
    console.log(`${count} seeds, ${seconds().toFixed(1)} s, slowest in step again after ${slowest} ms: ${found}.`);
    return report(count);
  } finally {
    templates.remove();
  }
}
