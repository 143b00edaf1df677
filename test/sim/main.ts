// npm run sim -- --seeds 10000 | --seed N --trace | --bugs: real server and clients under a virtual clock, network and disk.
import { parseArgs } from 'node:util';
import { bugs, frequentCompaction } from './bugs.ts';
import { findBugs } from './find-bugs.ts';
import { installGlobals } from './kernel/globals.ts';
import { installHooks } from './kernel/hooks.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    digests: { type: 'boolean', default: false },
    bug: { type: 'string' },
    bugs: { type: 'boolean', default: false },
  },
});
const bug = values.bug === undefined ? null : bugs.find(({ name }) => name === values.bug);
if (bug === undefined) {
  console.error(`There is no bug ${values.bug}: ${bugs.map(({ name }) => name).join(' | ')}`);
  process.exit(2);
}
if (values.bugs) process.exit(await findBugs(Number(values.seeds)));
process.setMaxListeners(0);
installGlobals();
installHooks(frequentCompaction, bug);
// Only now: the programs keep what they find at their start.
const { simulate } = await import('./simulate.ts');
const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
process.exitCode = await simulate({
  from,
  count,
  trace: values.trace,
  digests: values.digests,
  bug: bug?.name ?? null,
});
