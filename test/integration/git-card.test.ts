import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseModelCard } from '@benchmate/shared/formats/model-card';
import { commandLine } from '../support/command-line.ts';

// N10 with the git that people have: merge, rebase, rename, and what is no card any more.
let home: string;
let dir: string;
let setups: { code: number; stderr: string }[];
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
const config = ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'core.autocrlf=false'];
const git = (...args: string[]) =>
  execFileSync('git', [...config, ...args], { cwd: dir, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const tryGit = (...args: string[]) => spawnSync('git', [...config, ...args], { cwd: dir, env, encoding: 'utf8' });
const card = join('model', 'MODEL_CARD.md');
const read = (path = card) => readFileSync(join(dir, path), 'utf8');
const write = (text: string | Buffer, path = card) => writeFileSync(join(dir, path), text);
const base = `---
license: mit
tags: [one]
model-index:
- name: m
  results:
  - task: { type: tabular-classification }
    dataset: { type: d, name: D }
    metrics:
    - type: accuracy
      value: 0.9
---

# M

Says something.
`;

/** Two branches, each with one commit that changes the card. */
function branches(ours: (text: string) => string | Buffer, theirs: (text: string) => string | Buffer): void {
  git('checkout', '-q', '-B', 'main', 'start');
  git('checkout', '-q', '-B', 'theirs', 'start');
  write(theirs(read()));
  git('commit', '-qam', 'theirs');
  git('checkout', '-q', 'main');
  write(ours(read()));
  git('commit', '-qam', 'ours');
}
const replace = (from: string, to: string) => (text: string) => {
  expect(text).toContain(from);
  return text.replace(from, to);
};
const added = replace('      value: 0.9\n', '      value: 0.9\n    - type: f1\n      value: 0.8\n');

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'benchmate-git-card-'));
  dir = join(home, 'repository');
  mkdirSync(join(dir, 'model'), { recursive: true });
  git('init', '-q', '-b', 'main');
  write('id: churn-0a1b2c3d\nname: churn\ncard: docs of/card.md\n', 'benchmate.yaml');
  mkdirSync(join(dir, 'docs of'));
  write(base, 'docs of/card.md');
  write(base);
  git('add', '-A');
  git('commit', '-qm', 'start');
  git('tag', 'start');
  const { benchmate } = commandLine(home, dir);
  setups = [await benchmate(['snapshot', 'setup'], { env }), await benchmate(['snapshot', 'setup'], { env })];
});
afterAll(async () => {
  await commandLine(home, dir).benchmate(['engine', 'stop'], { env });
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

test('set up once, git knows both drivers and every card, and no file of the project changed', () => {
  expect(setups).toMatchObject([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ]);
  expect(readFileSync(join(dir, '.git', 'info', 'attributes'), 'utf8')).toBe(
    'MODEL_CARD.md merge=benchmate-card\n"/docs of/card.md" merge=benchmate-card\n',
  );
  expect(git('check-attr', 'merge', 'docs of/card.md')).toContain('benchmate-card');
  expect(git('config', 'merge.benchmate.driver')).toMatch(/ snapshot merge %O %A %B %P$/m);
  expect(git('status', '--porcelain')).toBe('');
});

test('git merge and git rebase bring both sides of a card together', () => {
  const changes = [
    replace('value: 0.9', 'value: 0.95'),
    (text: string) => replace('[one]', '[one, two]')(added(text)),
  ] as const;
  const wanted = replace('[one]', '[one, two]')(replace('value: 0.9', 'value: 0.95')(added(base)));
  branches(...changes);
  git('merge', '-q', '-m', 'both', 'theirs');
  expect(read()).toBe(wanted);
  branches(...changes);
  git('rebase', '-q', 'theirs');
  expect(read()).toBe(wanted);
});

test('a conflict stops the merge; the card has both values, and is still a card', () => {
  branches(replace('license: mit', 'license: gpl-3.0'), replace('license: mit', 'license: apache-2.0'));
  const { status, stdout, stderr } = tryGit('merge', 'theirs');
  expect([status, stdout + stderr]).toEqual([
    1,
    expect.stringMatching(/Both sides changed license in model\/MODEL_CARD\.md/),
  ]);
  expect(git('status', '--porcelain')).toContain('UU model/MODEL_CARD.md');
  expect(read()).toContain(
    '# CONFLICT theirs: "apache-2.0" (keep one of the two, then delete this line)\nlicense: gpl-3.0\n',
  );
  expect(parseModelCard(read()).results).toHaveLength(1);
  git('merge', '--abort');
});

test('renamed on one side and edited on the other', () => {
  branches(added, text => `${text}\n`);
  git('checkout', '-q', 'theirs');
  git('mv', card, 'MODEL_CARD.md');
  write(replace('value: 0.9', 'value: 0.7')(read('MODEL_CARD.md')), 'MODEL_CARD.md');
  git('commit', '-qam', 'moved');
  git('checkout', '-q', 'main');
  git('merge', '-q', '-m', 'both', 'theirs');
  expect(parseModelCard(read('MODEL_CARD.md')).results.map(({ value }) => value)).toEqual([0.7, 0.8]);
});

test('what is no card any more is merged by lines, and binary data is left to people', () => {
  branches(replace('license: mit', 'license: [mit'), added);
  const lines = tryGit('merge', '-m', 'both', 'theirs');
  expect(lines.stdout + lines.stderr).toMatch(/merged by lines: Our card is not valid YAML at line \d/);
  expect([lines.status, read()]).toEqual([0, added(base).replace('license: mit', 'license: [mit')]);

  branches(() => Buffer.from([0, 255, 254, 1]), replace('Says something', 'Says more'));
  const binary = tryGit('merge', 'theirs');
  expect(binary.status).toBe(1);
  expect(git('show', ':3:model/MODEL_CARD.md')).toContain('Says more');
  git('merge', '--abort');
  expect(readFileSync(join(dir, card))).toEqual(Buffer.from([0, 255, 254, 1]));
});

test('commands on a card that is no card any more say what stands there instead, and change nothing', async () => {
  git('checkout', '-q', '-B', 'main', 'start');
  const file = join(dir, 'docs of', 'card.md');
  const outside = join(home, 'secret.md');
  writeFileSync(outside, 'canary of another folder');
  const { benchmate } = commandLine(home, dir);
  const said = async (...args: string[]) => {
    const { code, stdout, stderr } = await benchmate(args, { env });
    expect(stdout + stderr).not.toContain('canary');
    return `${code} ${stdout}${stderr}`;
  };
  const latin = Buffer.from('# Modell f\xfcr Kunden\n', 'latin1');
  const place = (make: () => void) => (rmSync(file, { recursive: true, force: true }), make());

  place(() => writeFileSync(file, latin));
  expect(await said('card', 'diff')).toMatch(/^2 .*card\.md is a binary file, or text in another encoding than UTF-8/);
  expect(await said('review', 'comment', 'docs of/card.md', '--line', '1', '--body', 'x')).toMatch(/^2 .*is a binary/);
  expect(readFileSync(file)).toEqual(latin);
  place(() => mkdirSync(file));
  expect(await said('card', 'diff')).toMatch(/^2 .*card\.md is a folder, and no file\.\n→ Name a file in it\./);
  expect(await said('card', 'lint')).toMatch(/^2 .*is a folder/);
  place(() => symlinkSync(outside, file));
  expect(await said('card', 'diff')).toMatch(
    /^\d .*card\.md is a link that leads out of the project: it is not read\./,
  );
  expect(await said('review', 'comment', 'docs of/card.md', '--line', '1', '--body', 'x')).toMatch(/leads out of the/);
  place(() => symlinkSync('card.md', file));
  expect(await said('card', 'lint')).toMatch(/^2 .*is a link that leads in a circle/);
  place(() => writeFileSync(file, '---\nlicense: [mit\n---\n# M\n'));
  expect(await said('card', 'diff')).toMatch(/^2 The new card is not valid YAML at line 3/);
  expect(await said('card', 'lint')).toMatch(/^1 .*card\.md:3:1 error .*not valid YAML/);

  // What git had there at a revision may be no card, either.
  place(() => writeFileSync(file, latin));
  git('commit', '-qam', 'binary');
  writeFileSync(file, base);
  expect(await said('card', 'diff')).toMatch(/^2 card\.md is a binary file at HEAD, or text in another encoding/);
  place(() => (mkdirSync(file), writeFileSync(join(file, 'en.md'), base)));
  git('add', '-A');
  git('commit', '-qm', 'folder');
  place(() => writeFileSync(file, base));
  expect(await said('card', 'diff')).toMatch(/^0 [\s\S]*license added/);
});
