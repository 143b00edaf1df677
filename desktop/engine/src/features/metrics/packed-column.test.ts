import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packColumn, unpackColumn } from './packed-column.ts';

const columns = fc.oneof(
  fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 300 }),
  fc.array(fc.maxSafeInteger(), { minLength: 1, maxLength: 50 }),
  fc.array(fc.double(), { minLength: 1, maxLength: 300 }),
  fc.array(fc.float(), { minLength: 1, maxLength: 300 }),
  fc.array(fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1), { minLength: 1, maxLength: 50 }),
  fc
    .tuple(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: 1, max: 300 }))
    .map(([first, step, length]) => Array.from({ length }, (_, i) => first + i * step)),
);

describe('a packed column', () => {
  test('gives back exactly what it took, down to the sign of zero', () => {
    fc.assert(
      fc.property(columns, numbers => {
        const bytes = Buffer.concat([Buffer.from('before'), packColumn(Float64Array.from(numbers)), Buffer.from('x')]);
        const read = new Float64Array(numbers.length);
        expect(unpackColumn(bytes, 6, read)).toBe(bytes.length - 1);
        expect(numbers.every((number, index) => Object.is(number, read[index]))).toBe(true);
      }),
      { numRuns: 2000, seed: 8 },
    );
  });

  test('is small where the numbers say little', () => {
    const of = (number: (index: number) => number) =>
      packColumn(Float64Array.from({ length: 4096 }, (_, i) => number(i)));
    expect(of(i => i * 10).length).toBe(17);
    expect(of(() => NaN).length).toBe(17);
    expect(of(i => 1_700_000_000_000 + i * 100 + (i % 7)).length).toBeLessThan(4096);
    expect(of(i => Math.fround(Math.sin(i))).length).toBeLessThanOrEqual(4096 * 4 + 5);
    expect(of(i => Math.sin(i)).length).toBeLessThanOrEqual(4096 * 8 + 5);
  });
});
