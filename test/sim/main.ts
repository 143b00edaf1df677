// npm run sim -- --seeds 10000 | --seed N --trace | --bugs: real server and clients under a virtual clock, network and disk.
import { parseArgs } from 'node:util';
import { bugs, frequentCompaction } from './bugs.ts';
import { findBugs } from './find-bugs.ts';
import { installGlobals } from './kernel/globals.ts';
import { installHooks } from './kernel/hooks.ts';
import { Watchdog } from './kernel/watchdog.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    digests: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    bug: { type: 'string' },
    bugs: { type: 'boolean', default: false },
  },
});
const bug = values.bug === undefined ? null : bugs.find(({ name }) => name === values.bug);
if (bug === undefined) {
  console.error(`There is no bug ${values.bug}: ${bugs.map(({ name }) => name).join(' | ')}`);
  process.exit(2);
}
const seeds = Number(values.seeds ?? (values.bugs || bug ? 500 : 200));
if (values.bugs) process.exit(await findBugs(seeds));
process.setMaxListeners(0);
const watchdog = new Watchdog(30_000);
installGlobals();
installHooks(frequentCompaction, bug);
// Only now: the programs keep what they find at their start.
const { simulate } = await import('./simulate.ts');
const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? seeds : 1;
const { trace, digests, all } = values;
const report = await simulate({ from, count, trace, digests, all, bug: bug?.name ?? null, watchdog });
process.send?.(report);
process.exitCode = report.failed.length > 0 === (bug !== null) ? 0 : 1;
