import { expect, test } from 'vitest';
import { BodyTurns } from './body-turns.ts';

const turn = () => new Promise(resolve => setImmediate(resolve));

function busy(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

test('large bodies that come together are read in order, a few in each turn; small turns are not put off', async () => {
  const turns = new BodyTurns();
  const read: number[] = [];
  for (let i = 0; i < 8; i++) turns.run(() => (busy(3), read.push(i)));
  const after = [read.length];
  for (let i = 0; i < 4; i++) {
    await turn();
    after.push(read.length);
  }
  expect(after[0]).toBeLessThanOrEqual(2);
  expect(Math.max(...after.slice(1).map((count, index) => count - after[index]!))).toBeLessThanOrEqual(2);
  await expect.poll(() => read, { timeout: 10_000 }).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await turn();
  turns.run(() => read.push(8));
  expect(read.at(-1)).toBe(8);
});

test('one that fails stops nobody who waits', async () => {
  const turns = new BodyTurns();
  const read: number[] = [];
  const fail = () => {
    throw new Error('failed');
  };
  expect(() => turns.run(fail)).toThrow('failed');
  turns.run(() => (busy(6), read.push(1)));
  turns.run(() => read.push(2));
  await expect.poll(() => read, { timeout: 10_000 }).toEqual([1, 2]);
});
