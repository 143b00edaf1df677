import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runScript } from '../support/mlflow-engine.ts';

const statistics = new URL('../../shared/src/statistics/', import.meta.url);

interface Golden {
  quantiles: { t: number }[];
  welch: { halfWidth: number; df: number; difference: number }[];
}

test('the committed values of SciPy are what SciPy says today', async () => {
  const script = fileURLToPath(new URL('golden.py', statistics));
  const fresh = JSON.parse(await runScript([script, '--print'], {})) as Golden;
  const committed = JSON.parse(readFileSync(new URL('golden.json', statistics), 'utf8')) as Golden;
  const numbers = ({ quantiles, welch }: Golden) => [
    ...quantiles.map(({ t }) => t),
    ...welch.flatMap(({ halfWidth, df, difference }) => [halfWidth, df, difference]),
  ];
  const [now, then] = [numbers(fresh), numbers(committed)];
  expect(now.length).toBe(then.length);
  for (const [i, value] of now.entries())
    expect(Math.abs(value - then[i]!)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
});
