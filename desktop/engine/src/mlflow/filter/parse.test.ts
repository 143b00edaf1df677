import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { parseFilter, parseOrder } from './parse.ts';

describe('parseFilter', () => {
  test.each([
    ['', []],
    ['  \n ', []],
    ["params.lr = '0.1'", [{ entity: 'params', key: 'lr', operator: '=', value: '0.1' }]],
    ['params.lr="0.1"', [{ entity: 'params', key: 'lr', operator: '=', value: '0.1' }]],
    ['metrics.x>-1.5e3', [{ entity: 'metrics', key: 'x', operator: '>', value: -1500 }]],
    ['metrics.x <= .5', [{ entity: 'metrics', key: 'x', operator: '<=', value: 0.5 }]],
    ['metrics.`val/loss` != 2.', [{ entity: 'metrics', key: 'val/loss', operator: '!=', value: 2 }]],
    ['metrics."a b" = 1', [{ entity: 'metrics', key: 'a b', operator: '=', value: 1 }]],
    [
      "tags.mlflow.source.name LIKE '%x'",
      [{ entity: 'tags', key: 'mlflow.source.name', operator: 'LIKE', value: '%x' }],
    ],
    ["status ilike 'f%'", [{ entity: null, key: 'status', operator: 'ILIKE', value: 'f%' }]],
    ["`run name` = 'it''s'", [{ entity: null, key: 'run name', operator: '=', value: "it''s" }]],
    ['`run name` = "it\'s"', [{ entity: null, key: 'run name', operator: '=', value: "it's" }]],
    ["params.'a b' = 'v'", [{ entity: 'params', key: 'a b', operator: '=', value: 'v' }]],
    ['run_id IN (\'a\', "b" ,)', [{ entity: null, key: 'run_id', operator: 'IN', value: ['a', 'b'] }]],
    ["run_id not in ('a')", [{ entity: null, key: 'run_id', operator: 'NOT IN', value: ['a'] }]],
    ['params.x IS NULL', [{ entity: 'params', key: 'x', operator: 'IS NULL', value: null }]],
    ['tags.x is not null', [{ entity: 'tags', key: 'x', operator: 'IS NOT NULL', value: null }]],
    ["tags.größe = 'groß'", [{ entity: 'tags', key: 'größe', operator: '=', value: 'groß' }]],
    ['metrics.2nd = 2', [{ entity: 'metrics', key: '2nd', operator: '=', value: 2 }]],
    ["tags.and = 'and'", [{ entity: 'tags', key: 'and', operator: '=', value: 'and' }]],
  ])('%s', (filter, expected) => {
    expect(parseFilter(filter)).toEqual(expected);
  });

  test('comparisons are joined by AND', () => {
    expect(parseFilter("metrics.a > 1 and params.b = 'x' AND tags.c != 'and'").map(({ key }) => key)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test.each([
    ['AND', 'a comparison operator'],
    ["params.a = 'x' AND", 'a name such as'],
    ["params.a = 'x' params.b = 'y'", "'AND' or the end"],
    ["params.a = 'x' OR params.b = 'y'", "'AND' or the end"],
    ['metrics.a >', 'a number or a quoted text'],
    ['metrics.a > b', 'a number or a quoted text'],
    ['metrics. > 1', 'a name such as'],
    ['metrics.`` > 1', 'a name such as'],
    ['> 1', 'a name such as'],
    ["params.a = 'x", 'a quote that is never closed'],
    ['params.a == 1', 'a number or a quoted text'],
    ["params.a <> 'x'", 'a number or a quoted text'],
    ["run_id IN 'a'", "'('"],
    ["run_id IN ('a'", "')'"],
    ['run_id IN ()', 'a quoted text'],
    ['run_id NOT NULL', "'IN'"],
    ['params.a IS 1', "'NULL'"],
    ["params.a = 'x'; DROP TABLE run", "';'"],
    ['metrics.a > 1x', "found '1x'"],
  ])('refuses %s', (filter, reason) => {
    expect(() => parseFilter(filter)).toThrow(reason);
  });

  test('any text is either a filter or refused with BAD_REQUEST', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'metrics',
        '.',
        '`',
        "'",
        '"',
        ' AND ',
        'IN',
        '(',
        ')',
        ',',
        '=',
        '>=',
        '1',
        '-1e9',
        'NULL',
        'IS',
        'NOT',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        expect(isFilterOrRefused(pieces.join(' '))).toBe(true);
      }),
    );
  });

  test('any quoted text comes back as it was', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[^`]+$/), (value, key) => {
        const quote = value.includes("'") ? '"' : "'";
        fc.pre(!value.includes(quote));
        const filter = `tags.\`${key}\` = ${quote}${value}${quote}`;
        expect(parseFilter(filter)).toEqual([{ entity: 'tags', key, operator: '=', value }]);
      }),
    );
  });

  test('a hostile filter costs milliseconds, not minutes', () => {
    const started = performance.now();
    for (const filter of [
      `params.a = '${"'".repeat(99_000)}`,
      '('.repeat(99_000),
      'a.'.repeat(49_000),
      '1'.repeat(99_000),
    ])
      expect(() => parseFilter(filter)).toThrow(BenchmateError);
    expect(() => parseFilter(' '.repeat(100_001))).toThrow('longer than');
    expect(() => parseFilter(Array.from({ length: 300 }, () => 'metrics.a > 1').join(' AND '))).toThrow(
      'more than 200',
    );
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('parseOrder', () => {
  test.each([
    ['metrics.loss', { entity: 'metrics', key: 'loss', ascending: true }],
    ['metrics.`val/loss` desc', { entity: 'metrics', key: 'val/loss', ascending: false }],
    ['start_time ASC', { entity: null, key: 'start_time', ascending: true }],
    ['attributes."run name" DESC', { entity: 'attributes', key: 'run name', ascending: false }],
  ])('%s', (clause, expected) => {
    expect(parseOrder(clause)).toEqual(expected);
  });

  test.each(['', 'a b', 'a ASC DESC', 'a, b', "'a'"])('refuses %s', clause => {
    expect(() => parseOrder(clause)).toThrow(BenchmateError);
  });
});

function isFilterOrRefused(text: string): boolean {
  try {
    return Array.isArray(parseFilter(text));
  } catch (error) {
    return error instanceof BenchmateError && error.code === 'BAD_REQUEST';
  }
}
