import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import type { Run } from '@benchmate/shared/domain/run';
import { openConnectedProject, type ConnectedProject } from '../support/connected-project.ts';
import { debugScript } from '../support/debug-adapter.ts';

// Most of a test is Python importing mlflow: seconds, and minutes on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

const scripts = fileURLToPath(new URL('mlflow/connected/', import.meta.url));
const name = 'Churn, by notebook';
/** Python that looks for mlflow, as importing it does, and says where it would log; importing it takes seconds. */
const whereItLogs =
  'import importlib.util, os; importlib.util.find_spec("mlflow");' +
  'print(*map(os.environ.get, ["MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_AUTH"]))';
let project: ConnectedProject;
let before: string[];

beforeAll(async () => {
  project = await openConnectedProject(name);
  before = readdirSync(project.packages);
  project.benchmate('connect');
});
afterAll(() => project.close());

async function runNamed(runName: string): Promise<Run> {
  const client = connectEngine(project.dataDir);
  try {
    const { runs } = await client.runs.list.query({ search: runName });
    expect(runs.map(run => run.name)).toEqual([runName]);
    return runs[0]!;
  } finally {
    client.close();
  }
}

function writeNotebook(file: string, cells: readonly string[]): void {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((source, index) => {
      const id = `cell-${index}`;
      return { id, cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source };
    }),
  };
  writeFileSync(file, JSON.stringify(notebook));
}

test('a Jupyter kernel logs to the engine without a line of set-up, and starts it when none runs', async () => {
  mkdirSync(join(project.dir, 'notebooks'));
  const file = join(project.dir, 'notebooks', 'train.ipynb');
  writeNotebook(file, [
    'import mlflow\nwith mlflow.start_run(run_name="in a cell"):\n    mlflow.log_metric("score", 0.5)',
    // What people print when they look for an error, and then commit with the notebook.
    '%env',
    'import os; print(dict(os.environ), mlflow.get_tracking_uri())',
  ]);
  expect(() => project.endpoint()).toThrow('ENOENT');
  project.run(join(scripts, 'notebook.py'), file, join(project.dir, 'notebooks'));
  expect(await runNamed('in a cell')).toMatchObject({ experimentName: name, metrics: { score: { value: 0.5 } } });
  expect(readFileSync(file, 'utf8')).toContain(project.endpoint().url);
});

test('a debug session as VS Code starts it logs as well', async () => {
  const output = await debugScript(project, join(scripts, 'train.py'), ['debugged']);
  const run = await runNamed('debugged');
  expect(output).toContain(run.runId);
  expect(run).toMatchObject({ experimentName: name, status: 'FINISHED', params: { max_iter: '300' } });
});

test('mlflow’s own command line follows, and logging to another server takes no secret along', async () => {
  expect(project.run('-m', 'mlflow', 'experiments', 'search')).toContain(name);
  const headers: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    headers.push(request.headers.authorization);
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error_code":"NOT_FOUND"}');
  }).listen(0, '127.0.0.1');
  try {
    await once(elsewhere, 'listening');
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const child = project.start(join(scripts, 'elsewhere.py'), url);
    const [code] = (await once(child, 'close')) as [number];
    expect([code, headers.length > 0, headers.filter(Boolean)]).toEqual([0, true, []]);
  } finally {
    elsewhere.close();
  }
});

test('an engine that left is started again with another address and token, even by a kernel that stayed open', async () => {
  const child = project.start(join(scripts, 'across_a_restart.py'));
  let errors = '';
  child.stderr!.on('data', (data: Buffer) => (errors += data.toString()));
  const lines = createInterface({ input: child.stdout! });
  const ended = once(child, 'close');
  const said: string[] = [];
  lines.on('line', line => said.push(line));
  await Promise.race([once(lines, 'line'), ended]);
  const first = project.endpoint();
  project.benchmate('engine', 'stop', '--force');
  // The next one has another port and another token; the process that logs starts it.
  rmSync(join(project.dataDir, 'access.json'));
  child.stdin!.end('\n');
  expect(await ended, errors).toEqual([0, null]);
  expect(said.at(-1)).toBe('passed');
  const second = project.endpoint();
  expect([second.url === first.url, second.token === first.token, second.pid === first.pid]).toEqual([
    false,
    false,
    false,
  ]);
  expect(project.run('-c', whereItLogs)).toBe(`${second.url} benchmate\n`);
});

test('what is said about where to log stays as it is said', () => {
  const env = { ...project.env, MLFLOW_TRACKING_URI: 'http://127.0.0.1:9' };
  expect(execFileSync(project.python, ['-c', whereItLogs], { env, encoding: 'utf8' })).toBe(
    'http://127.0.0.1:9 None\n',
  );
});

test('the token is in no file that git would track, nor in the environment', () => {
  const { token } = project.endpoint();
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: project.dir,
    encoding: 'utf8',
  });
  expect(files).toContain('notebooks/train.ipynb');
  const all = [
    ...files.trim().split('\n'),
    ...globSync('.venv/**/*', { cwd: project.dir, exclude: path => path.endsWith('python') }),
  ].filter(file => statSync(join(project.dir, file)).isFile());
  expect(all.length).toBeGreaterThan(5);
  expect(all.filter(file => readFileSync(join(project.dir, file)).includes(token))).toEqual([]);
});

test('a Python that the whole machine shares is left alone', () => {
  const shared = project.run('-I', '-c', 'import sys; print(sys._base_executable)').trim();
  expect(() => project.benchmate('connect', shared)).toThrow('belongs to the whole machine');
  expect(() => project.benchmate('connect', join(project.dir, 'nowhere'))).toThrow('There is no Python at');
});

test('it can be taken away again, and leaves nothing behind', () => {
  expect(JSON.parse(project.benchmate('connect', '--remove', '--json'))).toMatchObject({ removed: true });
  expect(readdirSync(project.packages).filter(file => file !== '__pycache__')).toEqual(before);
  expect(project.run('-c', whereItLogs)).toBe('None None\n');
});
