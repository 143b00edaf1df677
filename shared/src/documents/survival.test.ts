import { expect, test } from 'vitest';
import { artifactKinds } from './testing-artifacts.ts';
import { diceOf, nothingYet, survive } from './testing-survival.ts';

// A thousand rounds of each kind: `npm run bench -- anchors`.
test.each(Object.entries(artifactKinds))(
  'N4: random edits of a %s lose no thread: it is on its own line, or orphaned with its quote',
  (_, kind) => {
    const sum = nothingYet();
    const dice = diceOf(Number(process.env['BENCHMATE_SEED'] ?? 1) || Date.now());
    for (let round = 0; round < 25; round++) survive(kind, dice, sum);
    expect(sum.reattached / sum.intact, JSON.stringify(sum)).toBeGreaterThanOrEqual(0.95);
    expect(sum.orphaned).toBe(sum.gone);
    expect(sum.wrong).toBeLessThanOrEqual(0.02 * sum.threads);
    expect(sum.intact + sum.gone + sum.twins + sum.reworded).toBe(sum.threads);
  },
);
