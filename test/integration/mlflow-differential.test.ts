import { expect, test } from 'vitest';
import { npmRun } from '../support/npm-run.ts';

test('the engine answers as mlflow server does: 25 seeds, and all sequences that once differed', async () => {
  const { code, output } = await npmRun('differential', '--regressions', '--seeds', '1..25', '--calls', '30');
  expect(code, output).toBe(0);
  const { sequences, failed, unseen } = JSON.parse(
    output.split('\n').findLast(line => line.startsWith('{')) ?? '',
  ) as Record<string, unknown>;
  expect(sequences).toBeGreaterThan(25);
  expect({ failed, unseen }).toEqual({ failed: 0, unseen: [] });
}, 300_000);
