import { expect, test } from 'vitest';
import { fileKeyOf, isProjectPath } from './project-path.ts';

test.each(['MODEL_CARD.md', 'src/train.py', 'a b/ü.md', '.benchmate/x'])('%j is a file inside a project', path => {
  expect(isProjectPath(path)).toBe(true);
});

test.each(['', '/etc/passwd', '../x', 'a/../../x', 'a//b', 'a/./b', 'C:/x', 'a\\b', 'a/', 'a\nb', 'x'.repeat(1001)])(
  '%j is not a file inside a project',
  path => {
    expect(isProjectPath(path)).toBe(false);
  },
);

test('a file’s key is the start of SHA-256 of its path', () => {
  expect(fileKeyOf('abc')).toBe('ba7816bf8f01cfea');
});
