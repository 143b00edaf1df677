import { parseArgs } from 'node:util';
import { exitOnSignals } from '../support/exit-on-signals.ts';
import { openMlflowEngine } from '../support/mlflow-engine.ts';
import { fuzz } from './schemathesis.ts';
import { knownNames } from './known-names.ts';

/** `npm run fuzz -- --seeds 1..20 --examples 50`: each seed on an engine of its own, until one finds something. */
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1..5' }, examples: { type: 'string', default: '50' } },
});
const [first = 1, last = first] = values.seeds.split('..').map(Number);
exitOnSignals();
for (let seed = first; seed <= last; seed++) {
  const engine = await openMlflowEngine();
  try {
    const target = { url: engine.url(), token: engine.token(), known: await knownNames(engine) };
    await fuzz(target, { seed, examples: Number(values.examples) });
  } finally {
    await engine.close();
  }
}
