import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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

const card = join(dir, 'MODEL_CARD.md');
/** States of the two threads on the card. */
const onCard = async () => {
  const { committed, added } = await standing();
  return [...committed, ...added].filter(({ thread }) => thread.path === 'MODEL_CARD.md').map(({ state }) => state);
};
const changedBytes = (change: (text: string) => string) => {
  for (const path of paths) writeFileSync(join(dir, path), change(readFileSync(join(dir, path), 'utf8')));
};

/** What stands at a path is another thing than before. */
const hardCases: Record<string, () => Promise<void>> = {
  'a card that is deleted, and made again with other words': async () => {
    branch('again');
    git('rm', '-q', 'MODEL_CARD.md');
    commit('no card');
    writeFileSync(card, '# Another\n\nNothing of what stood there.\n');
    commit('another card');
    expect(await onCard()).toEqual(['orphaned', 'orphaned']);
    write([], true);
    expect(await onCard()).toEqual(['found', 'found']);
  },
  'history that was rewritten and forced upon this clone, the old commits gone': async () => {
    branch('shared');
    add();
    const [remote, other] = [join(home, 'remote.git'), join(home, 'other')];
    git('init', '-q', '--bare', remote);
    git('push', '-q', remote, 'shared');
    git('clone', '-q', '-b', 'shared', remote, other);
    const theirs = (...args: string[]) => git('-C', other, ...args);
    theirs('checkout', '-q', '--orphan', 'rewritten');
    theirs('rm', '-qrf', '.');
    writeFileSync(join(other, 'benchmate.yaml'), `id: ${projectId}\nname: churn\n`);
    write(above, true, other);
    // Renamed by a history that never knew the old name.
    mkdirSync(join(other, 'lib'));
    renameSync(join(other, 'src/train.py'), join(other, 'lib/fit.py'));
    theirs('add', '-A');
    theirs('commit', '-qm', 'all new');
    theirs('push', '-q', '--force', remote, 'rewritten:shared');
    git('fetch', '-q', '--force', remote, 'shared:forced');
    git('checkout', '-q', 'forced');
    git('branch', '-qD', 'shared');
    git('reflog', 'expire', '--expire=now', '--all');
    git('gc', '-q', '--prune=now');
    await expectStates('found', 'found');
    const fit = await device.client.reviews.placed.query({ projectId, path: 'lib/fit.py' });
    expect(fit.map(({ state, thread }) => [state, thread.path])).toEqual([
      ['found', 'src/train.py'],
      ['found', 'src/train.py'],
    ]);
  },
  'renamed on one side and edited on the other, with a conflict beside it': async () => {
    branch('renames');
    add();
    git('checkout', '-qb', 'edits');
    mkdirSync(join(dir, 'moved'));
    git('checkout', '-q', 'renames');
    mkdirSync(join(dir, 'moved'), { recursive: true });
    for (const path of paths) git('mv', path, `moved/${path.replace('/', '-')}`);
    const moved = join(dir, 'moved/MODEL_CARD.md');
    writeFileSync(moved, readFileSync(moved, 'utf8').replace('each month', 'each week'));
    commit('moved');
    git('checkout', '-q', 'edits');
    write(above, true);
    writeFileSync(card, readFileSync(card, 'utf8').replace('each month', 'each day'));
    commit('edited');
    expect(() => git('merge', '-q', 'renames')).toThrow(/Command failed/);
    expect(readFileSync(moved, 'utf8')).toMatch(/^<{7} /m);
    await expectStates('found', 'found');
    git('merge', '--abort');
    git('merge', '-q', '--no-edit', '-X', 'ours', 'renames');
    await expectStates('found', 'found');
  },
  'a head that is no YAML any more': async () => {
    branch('invalid');
    add();
    writeFileSync(card, `---\nlicense: [mit\n---\n${readFileSync(card, 'utf8')}`);
    expect(await onCard()).toEqual(['found', 'found']);
  },
  'a binary file in place of the card': async () => {
    branch('binary');
    add();
    writeFileSync(card, Buffer.from([0, 255, 254, 1, 10, 200]));
    commit('binary');
    expect(await onCard()).toEqual(['orphaned', 'orphaned']);
    git('revert', '--no-edit', 'HEAD');
    await expectStates('found', 'found');
  },
  'a folder in place of the card, and the card in it': async () => {
    branch('folder');
    add();
    const text = readFileSync(card);
    git('rm', '-q', 'MODEL_CARD.md');
    mkdirSync(card);
    expect(await onCard()).toEqual(['file-gone', 'file-gone']);
    const { items } = await device.client.inbox.list.query({});
    expect(items.find(({ place }) => place.kind === 'thread' && place.path === 'MODEL_CARD.md')).toMatchObject({
      sentence: expect.stringMatching(/^MODEL_CARD\.md is no file of the project any more \(a folder, or a link\)/),
      evidence: [expect.stringMatching(/^Was: /), expect.stringMatching(/^Ada wrote: On /)],
    });
    writeFileSync(join(card, 'en.md'), text);
    commit('in a folder');
    await expectStates('found', 'found');
    expect(await device.client.reviews.placed.query({ projectId, path: 'MODEL_CARD.md/en.md' })).toHaveLength(2);
    git('rm', '-qr', 'MODEL_CARD.md');
  },
  'a link in place of the card: inside it is followed, outside it is not read': async () => {
    branch('link');
    add();
    const outside = join(home, 'outside.md');
    writeFileSync(outside, readFileSync(card));
    git('mv', 'MODEL_CARD.md', 'card.md');
    for (const [target, state] of [
      ['card.md', 'found'],
      ['MODEL_CARD.md', 'found'], // a circle: git’s rename leads to the card
    ] as const) {
      rmSync(card, { force: true });
      symlinkSync(target, card);
      expect(await onCard(), target).toEqual([state, state]);
    }
    rmSync(card);
    git('rm', '-qf', 'card.md');
    symlinkSync(outside, card);
    expect(await onCard()).toEqual(['file-gone', 'file-gone']);
    const { items } = await device.client.inbox.list.query({});
    expect(items.filter(({ kind }) => kind === 'orphan')).toHaveLength(2);
  },
  'other line ends and a mark of the byte order': async () => {
    branch('ends');
    add();
    changedBytes(text => `\uFEFF${text.replaceAll('\n', '\r\n')}`);
    commit('as on Windows');
    await expectStates('found', 'found');
    changedBytes(text => text.slice(1).replaceAll('\r\n', '\n'));
    await expectStates('found', 'found');
  },
};

test.each(Object.keys(hardCases))('%s: no thread is lost, each is found or keeps its quote', async name => {
  await hardCases[name]!();
});

test('a suggestion is not written into a file whose bytes it would change: it is refused, and the file stays as it is', async () => {
  branch('latin');
  const bytes = Buffer.from('# f\xfcr alle Kunden gleich gerechnet\nseed = 7\n', 'latin1');
  writeFileSync(join(dir, 'latin.py'), bytes);
  const { threadId } = await device.client.reviews.start.mutate({
    projectId,
    path: 'latin.py',
    anchor: { quote: 'seed = 7', prefix: '', suffix: '', line: 1 },
    body: '```suggestion\nseed = 8\n```',
  });
  await expect(device.client.reviews.applySuggestion.mutate({ threadId })).rejects.toThrow(/is not UTF-8 text/);
  expect(readFileSync(join(dir, 'latin.py'))).toEqual(bytes);
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
