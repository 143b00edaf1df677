import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  describeVerdict,
  formatDifference,
  formatInterval,
  formatMetric,
  formatMetricColumn,
  verdictMark,
} from './number-format.ts';
import { formatBytes, formatDuration, formatRelativeTime } from './quantity-format.ts';

describe('metrics', () => {
  test.each([
    [0.912, '0.912'],
    [0.91237, '0.9124'],
    [0.99996, '1'],
    [-1234.5, '−1235'],
    [123456, '123456'],
    [0, '0'],
    [-0, '0'],
    [1.234e-7, '1.234e−7'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '−Infinity'],
  ])('%d is shown as %s', (value, text) => expect(formatMetric(value)).toBe(text));

  test('a column has the same decimals everywhere', () => {
    expect(formatMetricColumn([0.9, 0.91234, null, -0.1, Number.NaN])).toEqual([
      '0.9000',
      '0.9123',
      '–',
      '−0.1000',
      'NaN',
    ]);
    expect(formatMetricColumn([])).toEqual([]);
  });
});

describe('differences', () => {
  test.each([
    [0.912 - 0.894, 0.912, '+0.018'],
    [-0.0312, 0.2811, '−0.0312'],
    [0.00001234, 0.9, '+1.2e−5'],
    [0.00023456, 0.9, '+0.00023'],
    [0, 1, '0'],
    [-12, 1234, '−12'],
    [Number.NaN, 1, 'NaN'],
  ])('%d against %d is %s', (difference, reference, text) =>
    expect(formatDifference(difference, reference)).toBe(text),
  );

  test('an interval is rounded where its uncertainty begins', () => {
    expect(formatInterval(-0.031234, 0.0079)).toBe('−0.031 ± 0.008');
    expect(formatInterval(0.018, 0.0123)).toBe('+0.018 ± 0.012');
    expect(formatInterval(3, 0)).toBe('+3 ± 0');
    expect(formatInterval(340.4, 96)).toBe('+340 ± 96');
  });

  test('a difference that is not zero is never shown as zero, and its sign is never lost', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (difference, reference) => {
          const text = formatDifference(difference, reference);
          expect(text.startsWith('−')).toBe(difference < 0);
          expect(text.startsWith('+')).toBe(difference > 0);
          expect(text).not.toContain('-');
          expect(/[1-9]/.test(text)).toBe(difference !== 0);
        },
      ),
    );
  });

  test('marks and words of a verdict', () => {
    expect([verdictMark('better'), verdictMark('worse'), verdictMark('unknown')]).toEqual(['▲', '▼', '']);
    expect(describeVerdict('better', -0.031)).toBe('better by 0.031');
    expect(describeVerdict('unknown', 2)).toBe('higher by 2');
    expect(describeVerdict('not-comparable', null)).toBe('not comparable');
  });
});

describe('quantities', () => {
  test.each([
    [0, '0.0 s'],
    [9960, '10 s'],
    [59_700, '1 min 00 s'],
    [724_000, '12 min 04 s'],
    [11_100_000, '3 h 05 min'],
    [187_200_000, '2 d 04 h'],
  ])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
  test.each([
    [812, '812 B'],
    [1023.9, '1.00 KiB'],
    [1_509_949, '1.44 MiB'],
    [139 * 2 ** 30, '139 GiB'],
  ])('%d bytes is %s', (size, text) => expect(formatBytes(size)).toBe(text));
  test.each([
    [-60, 'just now'],
    [20, 'just now'],
    [46, '1 min ago'],
    [3580, '1 h ago'],
    [90_000, 'yesterday'],
    [86_400 * 4, '4 d ago'],
    [86_400 * 40, '1970-01-01'],
  ])('%d s ago is %s', (seconds, text) => expect(formatRelativeTime(0, seconds * 1000)).toBe(text));
});
