import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import type { ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { ensureUv } from '../../.ci/setup/python-env.ts';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';
import { until } from '../support/until.ts';

// The queue seen from the Jobs view, and a whole round of work without a pointer. What trains is a script of a few lines.
const dir = mkdtempSync(join(tmpdir(), 'jobs-'));
/** What a job was given, as its script saw it. */
const environment = `${dir}-environment`;
let editor: Editor;
let window: EditorWindow;
let engine: ClosableEngineClient;

/** Logs one run as any client of MLflow's REST API does; waits or fails as the params say. */
const script = `
import { readFileSync, writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(environment)}, JSON.stringify(process.env));
const text = readFileSync('params.yaml', 'utf8');
const param = name => new RegExp(name + ': (.*)').exec(text)?.[1];
const { MLFLOW_TRACKING_URI: url, MLFLOW_TRACKING_TOKEN: token, MLFLOW_EXPERIMENT_NAME: name } = process.env;
const call = (path, body) => fetch(url + '/api/2.0/mlflow/' + path, {
  method: body ? 'POST' : 'GET',
  headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
  body: body && JSON.stringify(body),
}).then(response => response.json());
console.log('reading the data');
if (param('mode') === 'wait') await new Promise(resolve => setTimeout(resolve, 600_000));
if (param('mode') === 'fail') { console.error('ValueError: column "age" is missing'); process.exit(3); }
const known = await call('experiments/get-by-name?experiment_name=' + name);
const experiment_id = known.experiment?.experiment_id ?? (await call('experiments/create', { name })).experiment_id;
const { run } = await call('runs/create', { experiment_id, run_name: 'lr-' + param('lr'), start_time: Date.now() });
const run_id = run.info.run_id;
const timestamp = Date.now();
await call('runs/log-batch', {
  run_id,
  params: [{ key: 'lr', value: param('lr') }],
  metrics: [{ key: 'val_loss', value: 0.2 + Number(param('lr')), step: 1, timestamp }],
});
await call('runs/update', { run_id, status: 'FINISHED', end_time: Date.now() });
`;
const params = (lr: number, mode: string) => writeFileSync(join(dir, 'params.yaml'), `lr: ${lr}\nmode: ${mode}\n`);

beforeAll(async () => {
  const train = JSON.stringify([process.execPath, 'train.mjs']);
  writeFileSync(
    join(dir, 'benchmate.yaml'),
    `id: churn-abcdef12\nname: churn\nprimaryMetric: val_loss\ntrain: ${train}\n`,
  );
  writeFileSync(join(dir, 'train.mjs'), script);
  writeFileSync(
    join(dir, 'MODEL_CARD.md'),
    '---\nlicense: mit\n---\n# Churn\n\n## Limits\n\nCustomers under 25 are rare.\n',
  );
  params(0.1, 'wait');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', dir, '-c', 'user.name=A', '-c', 'user.email=a@localhost', ...args]);
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'Begin');
  editor = await Editor.open({ vsix: [packagedExtension()], folder: dir, env: { BENCHMATE_UV: await ensureUv() } });
  window = new EditorWindow(editor);
  engine = connectEngine(editor.dataDir);
  await window.openContainer();
  await window.view('Runs').getByText('This project has no runs yet.').waitFor({ timeout: 60_000 });
});

beforeEach(() => onTestFailed(({ task }) => window.photographFailure(task.name)));

afterAll(async () => {
  for (const { jobId, state } of (await engine?.jobs.list.query({})) ?? [])
    if (state === 'running' || state === 'queued') await engine.jobs.cancel.mutate({ jobId });
  engine?.close();
  await editor?.close();
  for (const path of [dir, environment]) rmSync(path, { recursive: true, force: true });
});

const jobs = (state: string) => engine.jobs.list.query({}).then(all => all.filter(job => job.state === state));
const terminal = () => window.page.locator('.terminal-wrapper.active .xterm-rows');

test('three jobs: one runs, two stand in line in words', async () => {
  for (let count = 1; count <= 3; count++) {
    await window.command('Benchmate: Run Training');
    await until(async () => (await engine.jobs.list.query({})).length === count, 60_000);
  }
  await window.row('Jobs', /queued, 2nd in line/).waitFor();
  await window.row('Jobs', /queued, 1st in line/).waitFor();
  await terminal().getByText('queued, 2nd in line').first().waitFor();
  await window.photograph('queue');
});

test('Stop Job on the row ends what runs and lets the next one begin; the palette asks which', async () => {
  const [first] = await jobs('running');
  const row = window
    .view('Jobs')
    .locator('.monaco-list-row', { has: window.page.locator('.codicon-sync') })
    .first();
  await row.hover();
  await row.locator('[aria-label="Stop Job"]').click();
  await until(async () => (await engine.jobs.get.query({ jobId: first!.jobId })).state === 'cancelled');
  await window.row('Jobs', /cancelled after/).waitFor();
  await until(async () => (await jobs('running'))[0]?.jobId !== first!.jobId && (await jobs('running')).length === 1);

  await window.command('Benchmate: Stop Job');
  await window
    .offered(/queued, 1st in line/)
    .first()
    .click();
  await until(async () => (await jobs('queued')).length === 0);
  await window.command('Benchmate: Stop Job');
  await window.offered().first().click();
  await until(async () => (await jobs('cancelled')).length === 3);
});

test('a failed job says so in its row, and one click shows the end of its output and why', async () => {
  params(0.1, 'fail');
  await window.command('Benchmate: Run Training');
  const row = window.row('Jobs', /failed with exit code 3/);
  await row.waitFor({ timeout: 30_000 });
  await window.command('Terminal: Kill All Terminals');
  await row.click();
  await terminal().getByText('ValueError: column "age" is missing').first().waitFor();
  await expect.poll(() => terminal().innerText()).toMatch(/ended with exit code 3: the end of its log says why/);
  await window.photograph('failed-job');
});

test('the keyboard alone: train, compare with the baseline, see what changed in the card, comment on it', async () => {
  const { keyboard } = window.page;
  const command = async (title: string) => {
    await until(async () => (await window.searchCommand(title, title)).length > 0, 30_000);
    await keyboard.press('Enter');
  };
  for (const lr of [0.1, 0.05]) {
    params(lr, 'run');
    await command('Benchmate: Run Training');
    await window.row('Runs', `lr-${lr}`).waitFor({ timeout: 60_000 });
  }
  await command('Benchmate: Pin as Baseline');
  await window.offered('lr-0.1').waitFor();
  await keyboard.type('lr-0.1');
  await keyboard.press('Enter');
  await window.row('Runs', /0\.25 ▲ −0\.05/).waitFor();

  await command('Benchmate: Focus on Runs View');
  await window.view('Runs').locator('.monaco-list:focus').waitFor(); // else the keys go elsewhere
  await keyboard.press('Home');
  const focused = window.view('Runs').locator('.monaco-list-row.focused');
  const label = () => focused.getAttribute('aria-label');
  const isThere = async () => /val_loss 0\.25/.test((await label()) ?? '');
  await until(async () => {
    // A list that is just drawn anew loses a key; the last row stays the last.
    if (!(await isThere())) await keyboard.press('ArrowDown');
    return until(isThere, 200);
  });
  expect(await label()).toMatch(/val_loss 0\.25, better by 0\.05.* than the baseline/);
  await keyboard.press('Enter');
  await window.panel.getByRole('heading', { name: 'lr-0.05' }).waitFor();
  await window.snap('keyboard-compare');

  const card = join(dir, 'MODEL_CARD.md');
  writeFileSync(card, readFileSync(card, 'utf8').replace('license: mit', 'license: cc-by-nc-4.0'));
  await command('Benchmate: Compare Model Card');
  await window.panel.getByText(/license changed: mit → cc-by-nc-4\.0/).waitFor();
  await window.snap('keyboard-card');

  await keyboard.press('Control+p');
  await window.offered().first().waitFor();
  await keyboard.type('MODEL_CARD');
  await window.offered('MODEL_CARD.md').first().waitFor();
  await keyboard.press('Enter');
  await window.line('under 25').waitFor();
  await keyboard.press('Control+End');
  await keyboard.press('ArrowUp');
  await command('Comments: Add Comment on Current Selection');
  await window.page.locator('.review-widget:visible').waitFor();
  await keyboard.type('How rare?');
  await window.page.locator('.review-widget .monaco-text-button:not(.disabled)', { hasText: 'Comment' }).waitFor();
  const threads = () => engine.reviews.threads.query({ projectId: 'churn-abcdef12' });
  const thread = await until(async () => {
    // The box knows a moment after its button that there is something to send.
    await keyboard.press('Control+Enter');
    return until(async () => (await threads())[0], 2000);
  }, 30_000);
  expect(thread).toMatchObject({
    anchor: { quote: 'Customers under 25 are rare.' },
    comments: [{ body: 'How rare?' }],
  });
});

/** All that the editor keeps on the server's side, logs among it: without the engine's own folder and what was installed. */
function editorFiles(): string {
  const home = dirname(editor.dataDir);
  const apart = new Set(['engine', 'extensions'].map(name => join(home, name)));
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  const own = paths.filter(path => ![...apart].some(folder => path.startsWith(folder)));
  return own.map(path => readFileSync(path, 'latin1')).join('\n');
}

/** All that the editor keeps in the browser: its state, and that of extensions. */
const browserState = (): Promise<string> =>
  window.page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(new Error('not readable')));
      });
    const kept: unknown[] = [Object.entries(localStorage), Object.entries(sessionStorage)];
    for (const { name } of await indexedDB.databases()) {
      const database = await asked(indexedDB.open(name!));
      for (const store of database.objectStoreNames)
        kept.push(await asked(database.transaction(store).objectStore(store).getAll()));
      database.close();
    }
    return JSON.stringify(kept);
  });

test('no secret of the engine or the device is left with the editor, and a job is given its own token alone', async () => {
  const { token } = (await readEndpoint(editor.dataDir))!;
  const seed = Buffer.from(
    (JSON.parse(readFileSync(join(editor.dataDir, 'device.json'), 'utf8')) as { seed: string }).seed,
    'base64url',
  );
  const secrets = [token, ...(['base64url', 'base64', 'hex', 'latin1'] as const).map(form => seed.toString(form))];
  // A terminal is given the token; the editor keeps terminals over a restart of its own.
  await window.command('Terminal: Create New Terminal');
  await terminal().first().waitFor();
  await window.page.keyboard.type('echo "the token has ${#MLFLOW_TRACKING_TOKEN} letters"');
  await window.page.keyboard.press('Enter');
  await terminal().getByText(`the token has ${token.length} letters`).first().waitFor();
  await window.page.goto(`${editor.url}/healthz`); // the window goes, and writes down what it keeps
  const kept = { files: editorFiles(), browser: await browserState() };
  expect(kept.files).toContain('Connected to the engine');
  expect(kept.browser).toContain('benchmate');
  for (const secret of secrets) {
    expect(kept.files.includes(secret)).toBe(false);
    expect(kept.browser.includes(secret)).toBe(false);
  }
  const given = readFileSync(environment, 'utf8');
  expect(given).toMatch(/"MLFLOW_TRACKING_TOKEN":"job\.[\w-]+\.[\w-]+"/);
  for (const secret of secrets) expect(given.includes(secret)).toBe(false);
});
