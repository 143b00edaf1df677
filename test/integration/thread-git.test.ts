import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlacedThread } from '@benchmate/shared/domain/review';
import type { NewAnchor } from '@benchmate/shared/domain/thread-anchor';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { makeCellAnchor, notebookCells } from '@benchmate/shared/documents/cells';
import { openDevice, type Device } from '../support/team.ts';

// What git does to files loses no thread on them: twelve operations, each on a card, on params, on code and on a notebook at once.
const home = realpathSync(mkdtempSync(join(tmpdir(), 'benchmate-thread-git-')));
const dir = join(home, 'churn');
const projectId = 'churn-0a1b2c3d';
let device: Device;
let stop: () => Promise<void>;

const notebook = (...sources: string[]) => {
  const cells = sources.map(source => ({
    cell_type: 'code',
    id: source.replace(/\W+/g, '-').slice(-40),
    metadata: {},
    outputs: [],
    execution_count: null,
    source,
  }));
  return `${JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }, null, 1)}\n`;
};
/** `more` stands above, `added` in the middle. */
type Write = (more: string[], added: string[]) => string;
const files: Record<string, { write: Write; quote: string; added: string }> = {
  'MODEL_CARD.md': {
    write: (more, added) =>
      [
        '# Churn',
        ...more,
        '## Evaluation',
        'Trained on Norwegian customers alone.',
        ...added,
        'It is retrained each month.',
        '',
      ].join('\n\n'),
    quote: 'Norwegian customers alone',
    added: 'It says nothing of those under 25 years of age.',
  },
  'params.yaml': {
    write: (more, added) =>
      [
        ...more.map((line, i) => `extra_${i}: ${line.length}`),
        'train:',
        '  lr: 0.0125',
        ...added,
        '  depth: 8',
        '',
      ].join('\n'),
    quote: 'lr: 0.0125',
    added: '  warmup_steps: 417',
  },
  'src/train.py': {
    write: (more, added) =>
      [
        'import mlflow',
        ...more.map(line => `# ${line}`),
        'def fit(frame, depth):',
        '    model = Forest(depth=depth, seed=7)',
        ...added,
        '    return model.fit(frame)',
        '',
      ].join('\n'),
    quote: 'model = Forest(depth=depth, seed=7)',
    added: "    mlflow.log_param('stratified', True)",
  },
  'explore.ipynb': {
    write: (more, added) =>
      notebook(
        ...more.map(line => `# ${line}`),
        'import pandas',
        "frame = pandas.read_csv('churn.csv')\nframe.groupby('age').churned.mean()",
        ...added,
        'frame.plot()',
      ),
    quote: "frame.groupby('age').churned.mean()",
    added: 'frame.isna().sum().sort_values()',
  },
};
const paths = Object.keys(files);
const above = Array.from({ length: 30 }, (_, i) => `Words on the subject number ${i * i}.`);

const git = (...args: string[]): string =>
  execFileSync(
    'git',
    ['-c', 'user.name=Ada', '-c', 'user.email=ada@localhost', '-c', 'core.hooksPath=/dev/null', ...args],
    {
      cwd: dir,
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, GIT_EDITOR: 'true', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '' },
    },
  );
function write(more: string[], withAdded: boolean, folder = dir): void {
  for (const [path, file] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), file.write(more, withAdded ? [file.added] : []));
  }
}
const commit = (message: string) => (git('add', '-A'), git('commit', '-qm', message));

beforeAll(async () => {
  mkdirSync(dir);
  ({ device, stop } = await openDevice(join(home, 'data'), 'Ada'));
  git('init', '-q', '--initial-branch=main');
  writeFileSync(join(dir, 'benchmate.yaml'), `id: ${projectId}\nname: churn\n`);
  write([], false);
  commit('base');
  git('checkout', '-qb', 'longer');
  write(above, false);
  commit('much above');
  git('checkout', '-q', 'main');
  await device.client.projects.open.mutate({ dir });
  // On each kind one thread on what is committed, one on what is not.
  write([], true);
  for (const [path, { quote, added }] of Object.entries(files))
    for (const words of [quote, added.trim()])
      await device.client.reviews.start.mutate({ projectId, path, anchor: anchorOn(path, words), body: `On ${words}` });
});
afterAll(async () => {
  await stop?.();
  rmSync(home, { recursive: true, force: true });
});

function anchorOn(path: string, words: string): NewAnchor {
  const text = readFileSync(join(dir, path), 'utf8');
  const at = (source: string) => ({ start: source.indexOf(words), end: source.indexOf(words) + words.length });
  const cells = path.endsWith('.ipynb') ? notebookCells(text)! : null;
  if (!cells) return makeAnchor(text, at(text));
  const index = cells.findIndex(({ source }) => source.includes(words));
  return makeCellAnchor(cells, index, at(cells[index]!.source));
}

/** Each thread must be there with its quote and its words; `found` ones where their text is. */
async function standing(folder = dir): Promise<Record<'committed' | 'added', PlacedThread[]>> {
  const placed = await device.client.reviews.placed.query({ projectId });
  expect(placed).toHaveLength(8);
  const committed: PlacedThread[] = [];
  const added: PlacedThread[] = [];
  for (const each of placed) {
    const { quote } = each.thread.anchor;
    expect(each.thread.comments.map(({ body }) => body)).toEqual([`On ${quote}`]);
    (paths.some(path => files[path]!.quote === quote) ? committed : added).push(each);
    if (each.state !== 'found') continue;
    const text = readFileSync(join(folder, each.path), 'utf8');
    const source = each.cell === null ? text : notebookCells(text)![each.cell]!.source;
    expect(source.split('\n')[each.line], each.path).toContain(quote);
  }
  return { committed, added };
}
const states = (placed: PlacedThread[]) => [...new Set(placed.map(({ state }) => state))].join();
async function expectStates(committed: string, added: string): Promise<void> {
  const now = await standing();
  expect([states(now.committed), states(now.added)]).toEqual([committed, added]);
}
const begin = () => (git('reset', '-q', '--hard'), git('checkout', '-qf', 'main'), git('clean', '-qfd'));
/** A branch of the operation's own, at the first commit. */
const branch = (name: string) => (begin(), git('checkout', '-qB', name, 'main'));
const add = () => (write([], true), commit('adds'));

const operations: Record<string, () => Promise<void>> = {
  'reset --hard': async () => {
    branch('reset');
    write([], true);
    await expectStates('found', 'found');
    git('reset', '-q', '--hard');
    await expectStates('found', 'orphaned');
  },
  stash: async () => {
    branch('stash');
    write([], true);
    git('stash', '-q');
    await expectStates('found', 'orphaned');
  },
  'stash pop': async () => {
    git('stash', 'pop', '-q');
    await expectStates('found', 'found');
  },
  checkout: async () => {
    branch('checkout');
    git('checkout', '-q', 'longer');
    await expectStates('found', 'orphaned');
    expect((await standing()).committed.find(({ path }) => path === 'src/train.py')?.line).toBe(32);
  },
  merge: async () => {
    branch('merge');
    add();
    git('merge', '-q', '--no-edit', '-X', 'theirs', 'longer');
    await expectStates('found', 'found');
  },
  rebase: async () => {
    branch('rebase');
    add();
    git('rebase', '-q', '-X', 'theirs', 'longer');
    await expectStates('found', 'found');
  },
  'cherry-pick': async () => {
    branch('cherry');
    add();
    git('checkout', '-qB', 'picked', 'main');
    git('cherry-pick', 'cherry');
    await expectStates('found', 'found');
  },
  revert: async () => {
    branch('revert');
    add();
    git('revert', '--no-edit', 'HEAD');
    await expectStates('found', 'orphaned');
    git('revert', '--no-edit', 'HEAD');
    await expectStates('found', 'found');
  },
  rm: async () => {
    branch('rm');
    git('rm', '-q', ...paths);
    await expectStates('file-gone', 'file-gone');
    commit('all gone');
    await expectStates('file-gone', 'file-gone');
    write(above, true); // deleted and made again
    await expectStates('found', 'found');
  },
  mv: async () => {
    branch('mv');
    add();
    mkdirSync(join(dir, 'moved'));
    for (const path of paths) git('mv', path, `moved/renamed-${path.replace('/', '-')}`);
    await expectStates('found', 'found');
    commit('moved');
    await expectStates('found', 'found');
    const moved = await device.client.reviews.placed.query({ projectId, path: 'moved/renamed-MODEL_CARD.md' });
    expect(moved.map(({ thread }) => thread.path)).toEqual(['MODEL_CARD.md', 'MODEL_CARD.md']);
    // Without git's help, too: a move that git was not told of.
    for (const path of paths)
      renameSync(join(dir, `moved/renamed-${path.replace('/', '-')}`), join(dir, `untold-${path.replace('/', '-')}`));
    await expectStates('found', 'found');
  },
  clean: async () => {
    branch('clean');
    git('rm', '-q', '--cached', ...paths);
    git('commit', '-qm', 'no longer tracked');
    write([], true);
    await expectStates('found', 'found');
    git('clean', '-qfd');
    await expectStates('file-gone', 'file-gone');
  },
  worktree: async () => {
    branch('tree');
    const tree = join(home, 'tree');
    git('worktree', 'add', '-q', tree, 'longer');
    write([], true, tree);
    await device.client.projects.open.mutate({ dir: tree });
    expect(states((await standing(tree)).added)).toBe('found');
    await device.client.projects.open.mutate({ dir });
    git('worktree', 'remove', '--force', tree);
    await expectStates('found', 'orphaned');
  },
};

test.each(Object.keys(operations))('git %s loses no thread on a card, params, code or notebook', async name => {
  await operations[name]!();
});

test('a rename on another branch, and a branch that was force-pushed away, are still known by git’s history', async () => {
  branch('renaming');
  git('mv', 'src/train.py', 'fit.py');
  commit('renamed');
  const { threadId } = await device.client.reviews.start.mutate({
    projectId,
    path: 'fit.py',
    anchor: anchorOn('fit.py', 'return model.fit(frame)'),
    body: 'Which frame?',
  });
  git('checkout', '-q', 'main');
  git('branch', '-qD', 'renaming');
  const placed = await device.client.reviews.placed.query({ projectId, path: 'src/train.py' });
  expect(placed.find(({ thread }) => thread.threadId === threadId)).toMatchObject({ state: 'found', line: 3 });
});
