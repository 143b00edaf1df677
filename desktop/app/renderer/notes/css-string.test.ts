import { expect, test } from 'vitest';
import { cssString } from './css-string.ts';

test('any name is one CSS string', () => {
  expect(cssString('Ada')).toBe('"Ada"');
  expect(cssString('"} b{}')).toBe('"\\22 \\7d \\20 b\\7b \\7d "');
  expect(cssString('\\\n')).toBe('"\\5c \\a "');
  expect(cssString('Ünal 王')).toBe('"Ünal\\20 王"');
});
