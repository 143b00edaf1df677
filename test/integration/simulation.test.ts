import { expect, test } from 'vitest';
import { npmRun } from '../support/npm-run.ts';

const simulate = (...args: string[]) => npmRun('sim', ...args);

test('S7: 200 simulations of server and engines end with nothing lost, nothing forged and everybody in step', async () => {
  const { code, output } = await simulate('--seeds', '200');
  expect(output).toContain('nothing found');
  expect(code).toBe(0);
});

test('a seed gives the same simulation in every process, alone and after others', async () => {
  const digest = (output: string) => /seed 7: .*trace ([0-9a-f]{16})/.exec(output)?.[1];
  const [alone, after] = await Promise.all([
    simulate('--seed', '7'),
    simulate('--from', '5', '--seeds', '3', '--digests'),
  ]);
  expect(digest(alone.output)).toBeDefined();
  expect(digest(after.output)).toBe(digest(alone.output));
});

test('a simulation that finds something says how to see it again', async () => {
  const { code, output } = await simulate('--bug', 'update-without-origin', '--seeds', '20');
  expect(output).toMatch(/seed \d+: P1: .*\nAgain: npm run sim -- --seed \d+ --trace --bug update-without-origin\n/);
  expect(code).toBe(0);
});
