import { foundTeam } from './actors/team.ts';
import { Templates } from './actors/templates.ts';
import { runSeed } from './run-seed.ts';

export interface SimulateOptions {
  from: number;
  count: number;
  trace: boolean;
  /** Tells of each seed what its trace comes to. */
  digests: boolean;
  /** The name of a planted bug: to find it is what is wanted. */
  bug: string | null;
}

/** Runs seeds one after the other and tells what broke. Settles to the exit code. */
export async function simulate({ from, count, trace, digests, bug }: SimulateOptions): Promise<number> {
  const team = foundTeam();
  const templates = await Templates.make(team);
  const stage = { team, templates };
  const began = process.hrtime.bigint();
  const seconds = () => (Number(process.hrtime.bigint() - began) / 1e9).toFixed(1);
  let slowest = 0;
  try {
    for (let seed = from; seed < from + count; seed++) {
      const result = await runSeed(seed, stage, trace ? line => console.log(line) : null);
      slowest = Math.max(slowest, result.convergedMs);
      if (count === 1 || digests)
        console.log(
          `seed ${seed}: ${result.events} events, trace ${result.digest}, in step after ${result.convergedMs} ms`,
        );
      if (result.violations.length === 0) continue;
      const which = bug === null ? '' : ` --bug ${bug}`;
      for (const violation of result.violations.slice(0, bug === null ? 10 : 1))
        console.log(`seed ${seed}: ${violation}`);
      console.log(`Again: npm run sim -- --seed ${seed} --trace${which}`);
      console.log(`${bug ?? 'Something'} was found after ${seed - from + 1} seeds and ${seconds()} s.`);
      return bug === null ? 1 : 0;
    }
    console.log(`${count} seeds, ${seconds()} s, slowest in step again after ${slowest} ms: nothing found.`);
    return bug === null ? 0 : 1;
  } finally {
    templates.remove();
  }
}
