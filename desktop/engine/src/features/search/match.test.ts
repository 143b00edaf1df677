import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../storage/database.ts';
import type { Operator } from './condition.ts';
import { matches } from './match.ts';
import { compare } from './sql.ts';

const store = openStore(':memory:');
afterAll(() => store.close());

const letters = fc
  .array(fc.constantFrom('a', 'A', 'b', '%', '_', '*', '?', '[', ']', '^', '-', "'", '\\'), { maxLength: 8 })
  .map(list => list.join(''));

test.each<Operator>(['=', '!=', 'LIKE', 'ILIKE'])('%s means the same in memory and in SQL', operator => {
  fc.assert(
    fc.property(letters, letters, (actual, value) => {
      const { text, params } = compare('?', operator, value);
      const row = store.db.prepare(`SELECT ${text} AS found`).get(actual, ...params) as { found: number };
      expect(matches(actual, { entity: 'tag', key: 'k', operator, value })).toBe(row.found === 1);
    }),
    { numRuns: 2000 },
  );
});

test('lists and absence', () => {
  const condition = (operator: Operator, value: readonly string[] | null) =>
    ({ entity: 'tag', key: 'k', operator, value }) as const;
  expect(matches('a', condition('IN', ['a', 'b']))).toBe(true);
  expect(matches('c', condition('NOT IN', ['a', 'b']))).toBe(true);
  expect(matches(undefined, condition('NOT IN', ['a']))).toBe(false);
  expect(matches(undefined, condition('IS NULL', null))).toBe(true);
  expect(matches('', condition('IS NOT NULL', null))).toBe(true);
});

test('a hostile pattern does not run away', () => {
  const started = performance.now();
  const condition = { entity: 'tag', key: 'k', operator: 'LIKE', value: `${'%a'.repeat(2000)}b` } as const;
  expect(matches('a'.repeat(20_000), condition)).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});
