import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentOf, fileNow } from './file-now.ts';

let home: string;
let dir: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@localhost', '-c', 'core.autocrlf=false', ...args], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '', GIT_CONFIG_NOSYSTEM: '1' },
  }).trim();
beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'benchmate-file-now-')));
  dir = join(home, 'churn');
  mkdirSync(dir);
  git('init', '-q');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('R21 a content has one number on every machine: line ends apart for text, by its bytes for anything else', () => {
  const sha = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
  expect(contentOf(Buffer.from('a\r\nb\r\n'))).toBe(sha('a\nb\n'));
  expect(contentOf(Buffer.from('a\nb\n'))).toBe(sha('a\nb\n'));
  expect(contentOf(Buffer.from('\uFEFFa\n'))).not.toBe(sha('a\n'));
  const binary = Buffer.from([255, 13, 10]);
  expect(contentOf(binary)).toBe(sha(binary));
});

test('R21 it is named with the commit that has it, and only then; what lies outside of the project is nothing', async () => {
  writeFileSync(join(dir, 'card.md'), 'a\n');
  expect(await fileNow(dir, 'card.md')).toMatchObject({ commit: null });
  git('add', '-A');
  git('commit', '-qm', 'first');
  const first = git('rev-parse', 'HEAD');
  git('commit', '-q', '--allow-empty', '-m', 'other');
  expect(await fileNow(dir, 'card.md')).toMatchObject({ commit: first });
  writeFileSync(join(dir, 'card.md'), 'b\n');
  expect(await fileNow(dir, 'card.md')).toMatchObject({ commit: null });
  writeFileSync(join(home, 'outside.md'), 'a\n');
  symlinkSync(join(home, 'outside.md'), join(dir, 'link.md'));
  for (const path of ['none.md', 'link.md', '.', '.git/config']) expect(await fileNow(dir, path), path).toBeNull();
});
