import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Project } from '@benchmate/shared/domain/project';
import { Announcer } from '../../host/announcer.ts';
import { systemClock } from '../../host/clock.ts';
import { openStore, type Store } from '../../storage/database.ts';
import { commitNewRepository } from './git.ts';
import type { ProjectPins, SharedProjects } from './ports.ts';
import { ProjectsService } from './service.ts';
import { ProjectsStore } from './store.ts';

let folder: string;
let templates: string;
let store: Store;
let remote: { projectId: string; name: string }[];
let told: string[];
let projects: ProjectsService;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmate-projects-'));
  templates = join(folder, 'templates');
  template('small', {
    'template.json': JSON.stringify({ title: 'Small', description: 'A small one', credits: 'none' }),
    'benchmate.yaml': "id: '{{id}}'\nname: '{{ name }}'\ntemplate: small\n",
    'train.py': 'NAME = "{{name}}"\n',
    gitignore: '.venv/\n',
    'data/{{name}}.bin': Buffer.from([0, 123, 123, 110]),
    '__pycache__/left.pyc': 'x',
  });
  store = openStore(join(folder, 'benchmate.db'));
  remote = [];
  told = [];
  projects = service();
});
afterEach(() => {
  vi.unstubAllEnvs();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function template(name: string, files: Record<string, string | Buffer>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(templates, name, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
  }
}

function service(): ProjectsService {
  const pinned = new Map<string, string | null>();
  const shared: SharedProjects = {
    list: () => remote,
    share: ({ projectId }) => void told.push(projectId),
    onChange: () => () => {},
  };
  const pins: ProjectPins = {
    baseline: projectId => pinned.get(projectId) ?? null,
    pinBaseline: (projectId, runId) => Promise.resolve(void pinned.set(projectId, runId)),
    onChange: () => () => {},
  };
  const announcer = new Announcer<Project>('epoch');
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  return new ProjectsService({
    store: new ProjectsStore(store),
    clock: systemClock,
    random,
    announcer,
    templates,
    shared,
    pins,
  });
}

const git = (dir: string, ...args: string[]) => execFileSync('git', ['-C', dir, ...args], { encoding: 'utf8' }).trim();

test('E30 create copies the template, fills the markers and commits it all', async () => {
  const name = `Bob's "churn" {{id}}`;
  const project = await projects.create({ template: 'small', dir: join(folder, 'new', 'churn'), name });
  expect(project).toMatchObject({ name, experimentName: name, dir: join(folder, 'new', 'churn'), baselineRunId: null });
  expect(project.projectId).toMatch(/^bob-s-churn-id-[0-9a-f]{8}$/);
  const dir = project.dir ?? '';
  expect(readFileSync(join(dir, 'train.py'), 'utf8')).toBe(`NAME = "Bob's \\"churn\\" {{id}}"\n`);
  expect(readdirSync(join(dir, 'data'))).toEqual([`Bob's -churn- {{id}}.bin`]);
  expect(readFileSync(join(dir, 'data', `Bob's -churn- {{id}}.bin`))).toEqual(Buffer.from([0, 123, 123, 110]));
  expect(existsSync(join(dir, '__pycache__'))).toBe(false);
  expect(existsSync(join(dir, 'template.json'))).toBe(false);
  expect(git(dir, 'status', '--porcelain')).toBe('');
  expect(git(dir, 'ls-files').split('\n')).toContain('.gitignore');
  expect(git(dir, 'log', '--format=%s')).toBe('Start from the small template');
  expect(git(dir, 'branch', '--show-current')).toBe('main');
  expect(projects.list()).toEqual([project]);
  expect(told).toEqual([project.projectId]);
  expect(readdirSync(join(folder, 'new'))).toEqual(['churn']);
});

test('E30 two projects of one name are two projects', async () => {
  const a = await projects.create({ template: 'small', dir: join(folder, 'a'), name: 'churn' });
  const b = await projects.create({ template: 'small', dir: join(folder, 'b'), name: 'churn' });
  expect(a.projectId).not.toBe(b.projectId);
  expect(projects.list().map(({ projectId }) => projectId)).toEqual([b.projectId, a.projectId]);
});

test('E31 create refuses a folder that holds something, a file, and a link; an empty folder is fine', async () => {
  const full = join(folder, 'full');
  mkdirSync(full);
  writeFileSync(join(full, 'mine.txt'), 'mine');
  writeFileSync(join(folder, 'file'), 'mine');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
  for (const dir of ['full', 'file', 'link'])
    await expect(projects.create({ template: 'small', dir: join(folder, dir), name: 'x' })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
  expect(readdirSync(full)).toEqual(['mine.txt']);
  expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  mkdirSync(join(folder, 'empty'));
  await projects.create({ template: 'small', dir: join(folder, 'empty'), name: 'x' });
});

test.each([
  ['no git', 'TOOL_MISSING', () => vi.stubEnv('PATH', folder)],
  ['an unknown template', 'NOT_FOUND', () => rmSync(join(templates, 'small'), { recursive: true })],
  ['a file where a folder should be', 'BAD_REQUEST', () => writeFileSync(join(folder, 'parent'), 'a file')],
])('E32 with %s create says so and leaves nothing behind', async (_what, code, breakIt) => {
  breakIt();
  const before = readdirSync(folder);
  await expect(
    projects.create({ template: 'small', dir: join(folder, 'parent', 'x'), name: 'x' }),
  ).rejects.toMatchObject({ code });
  expect(readdirSync(folder).filter(name => !['parent', ...before].includes(name))).toEqual([]);
  const parent = join(folder, 'parent');
  if (existsSync(parent) && code !== 'BAD_REQUEST') expect(readdirSync(parent)).toEqual([]);
  expect(projects.list()).toEqual([]);
});

test('E32 a name with a line break is refused', async () => {
  await expect(projects.create({ template: 'small', dir: join(folder, 'x'), name: 'a\nb: c' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
});

test('E32 a commit works without any git configuration, and inside a git hook', async () => {
  vi.stubEnv('HOME', join(folder, 'nobody'));
  vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'nobody'));
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  vi.stubEnv('GIT_DIR', join(folder, 'other.git'));
  const dir = join(folder, 'repo');
  mkdirSync(dir);
  writeFileSync(join(dir, 'a'), 'a');
  await commitNewRepository(dir, 'First');
  vi.stubEnv('GIT_DIR', undefined);
  expect(git(dir, 'log', '--format=%an %s')).toBe('Benchmate First');
  expect(git(dir, 'config', '--local', '--list')).not.toContain('user.');
  expect(existsSync(join(folder, 'other.git'))).toBe(false);
});

test('E33 open needs a project file, and says where a wrong one is wrong', async () => {
  const dir = join(folder, 'plain');
  mkdirSync(dir);
  await expect(projects.open(dir)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    nextStep: expect.stringContaining('benchmate new'),
  });
  await expect(projects.open(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  writeFileSync(join(dir, 'benchmate.yaml'), 'id: x\nname: churn\n');
  await expect(projects.open(dir)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringContaining('line 1'),
  });
  writeFileSync(join(dir, 'benchmate.yaml'), 'id: churn-0123abcd\nname: churn\nprimaryMetric: val/auc\n');
  expect(await projects.open(dir)).toMatchObject({ projectId: 'churn-0123abcd', primaryMetric: 'val/auc' });
});

test('E33 a project is read from its file as it is now; a link leads to the same project', async () => {
  const { projectId, dir } = await projects.create({ template: 'small', dir: join(folder, 'a'), name: 'churn' });
  const file = join(dir ?? '', 'benchmate.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace("name: 'churn'", "name: 'churn two'"));
  expect(projects.get(projectId).name).toBe('churn two');
  symlinkSync(dir ?? '', join(folder, 'link'));
  expect((await projects.open(join(folder, 'link'))).dir).toBe(dir);
  expect(projects.list()).toHaveLength(1);
  expect(projects.localAt(join(folder, 'link', '..', 'link'))?.projectId).toBe(projectId);
  expect(projects.ofExperiment('churn two')?.projectId).toBe(projectId);
});

test('E33 a project that moved is found again by opening it; one that is gone is not listed', async () => {
  const { projectId, dir } = await projects.create({ template: 'small', dir: join(folder, 'a'), name: 'churn' });
  execFileSync('mv', [dir ?? '', join(folder, 'b')]);
  expect(projects.list()).toEqual([]);
  expect(() => projects.get(projectId)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }) as Error);
  await projects.open(join(folder, 'b'));
  expect(projects.get(projectId).dir).toBe(join(folder, 'b'));
});

test('E33 one broken project file does not hide the others', async () => {
  const good = await projects.create({ template: 'small', dir: join(folder, 'a'), name: 'good' });
  const bad = await projects.create({ template: 'small', dir: join(folder, 'b'), name: 'bad' });
  writeFileSync(join(bad.dir ?? '', 'benchmate.yaml'), ': {');
  expect(projects.list()).toEqual([good]);
});

test('E34 projects of teammates are listed without a folder, and become local when opened', async () => {
  remote = [{ projectId: 'churn-0123abcd', name: 'churn' }];
  expect(projects.list()).toMatchObject([{ projectId: 'churn-0123abcd', dir: null, name: 'churn' }]);
  await projects.pinBaseline('churn-0123abcd', 'f'.repeat(32));
  expect(projects.get('churn-0123abcd').baselineRunId).toBe('f'.repeat(32));
  await expect(projects.pinBaseline('unknown-0123', null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const dir = join(folder, 'clone');
  mkdirSync(dir);
  writeFileSync(join(dir, 'benchmate.yaml'), 'id: churn-0123abcd\nname: churn\n');
  await projects.open(dir);
  expect(projects.list()).toMatchObject([{ projectId: 'churn-0123abcd', dir, baselineRunId: 'f'.repeat(32) }]);
});

test('E30 every template that ships becomes a project whose file is valid', async () => {
  templates = join(import.meta.dirname, '../../../../../templates');
  projects = service();
  const names = projects.templates().map(({ name }) => name);
  expect(names).toContain('tabular');
  for (const name of names) {
    const project = await projects.create({ template: name, dir: join(folder, name), name: `It's "${name}"` });
    expect(project).toMatchObject({ name: `It's "${name}"` });
    // git grep exits 1 when nothing is found
    expect(() => git(project.dir ?? '', 'grep', '-l', '-e', '{{name}}', '--or', '-e', '{{id}}')).toThrow(
      'Command failed',
    );
  }
});
