import { expect, test } from 'vitest';
import { npmRun } from '../support/npm-run.ts';

test('no call that the published description allows, or forbids, is answered with a 5xx or against it', async () => {
  const { code, output } = await npmRun('fuzz', '--seeds', '1..1', '--examples', '5');
  expect(code, output).toBe(0);
  const [, generated] = /(\d+) generated/.exec(output) ?? [];
  expect(Number(generated)).toBeGreaterThan(1000);
});
