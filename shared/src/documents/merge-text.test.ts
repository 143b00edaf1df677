import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeText } from './merge-text.ts';

test('edits in different places are both there', () => {
  const base = 'First line.\nSecond line.\n';
  expect(mergeText(base, 'First line, by Ana.\nSecond line.\n', 'First line.\nSecond line, by Ben.\n')).toBe(
    'First line, by Ana.\nSecond line, by Ben.\n',
  );
});

test('what somebody else added since is not deleted by an edit that had not seen it', () => {
  expect(mergeText('one\n', 'one\ntwo\n', 'zero\none\n')).toBe('zero\none\ntwo\n');
});

test('an edit of what somebody else deleted keeps the edit', () => {
  expect(mergeText('keep drop', 'keep ', 'keep drop now')).toContain('now');
});

test('when only one side changed, its text is the result', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (base, text) => {
      expect(mergeText(base, base, text)).toBe(text);
      expect(mergeText(base, text, base)).toBe(text);
    }),
  );
});

test('the same edit twice is one: a call repeated after a timeout changes nothing', () => {
  expect(mergeText('one', 'one two', 'one two')).toBe('one two');
});

test('words that either side added are all in the result', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 6 }).map(list => list.join(' '));
  fc.assert(
    fc.property(words, fc.nat(), fc.nat(), (base, one, other) => {
      const insert = (at: number, word: string) => {
        const list = base.split(' ');
        return list.toSpliced(at % (list.length + 1), 0, word).join(' ');
      };
      const merged = mergeText(base, insert(one, 'ANA'), insert(other, 'BEN'));
      expect(merged).toContain('ANA');
      expect(merged).toContain('BEN');
    }),
  );
});
