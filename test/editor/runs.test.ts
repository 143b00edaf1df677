import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import type { ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';
import { until } from '../support/until.ts';

// One window with two folders: a project, and a repository with a project further down; ten thousand runs in the store.
const home = mkdtempSync(join(tmpdir(), 'runs-'));
const longName = 'tabular-sweep-with-a-name-that-somebody-composed-by-script-1';
/** As a row shows it. */
const shortName = 'tabular-sweep-wit…-by-script-1';
const ofChurn = 450;
const elsewhere = 9549;
let editor: Editor;
let window: EditorWindow;
let engine: ClosableEngineClient;

beforeAll(async () => {
  const folders = { churn: join(home, 'churn'), mono: join(home, 'mono'), fraud: join(home, 'mono/services/fraud') };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  const write = (dir: string, name: string, metric: string) => {
    writeFileSync(join(dir, 'benchmate.yaml'), `id: ${name}-abcdef12\nname: ${name}\nprimaryMetric: ${metric}\n`);
    writeFileSync(join(dir, 'params.yaml'), 'lr: 0.02\n');
    writeFileSync(join(dir, 'MODEL_CARD.md'), `# ${name}\n`);
  };
  write(folders.churn, 'churn', 'val_loss');
  write(folders.fraud, 'fraud', 'val_auc');
  const workspace = join(home, 'both.code-workspace');
  writeFileSync(workspace, JSON.stringify({ folders: [{ path: 'churn' }, { path: 'mono' }] }));
  editor = await Editor.open({ vsix: [packagedExtension()], folder: workspace });
  window = new EditorWindow(editor);
  engine = connectEngine(editor.dataDir);
  await window.openContainer();
  await window.view('Runs').getByText('This project has no runs yet.').waitFor({ timeout: 60_000 });
});

beforeEach(() => onTestFailed(({ task }) => window.photographFailure(task.name)));

afterAll(async () => {
  engine?.close();
  await editor?.close();
  rmSync(home, { recursive: true, force: true });
});

test('both projects of the window are known, the one further down, too', async () => {
  const projects = await until(async () => {
    const all = await engine.projects.list.query();
    return all.length === 2 && all;
  });
  expect(projects.map(({ name }) => name).toSorted()).toEqual(['churn', 'fraud']);
});

test('a decision record is begun from the palette, and notes and comments are found by their words', async () => {
  const anchor = { quote: '# churn', prefix: '', suffix: '', line: 0 };
  const body = 'Calibration of which slice?';
  await engine.reviews.start.mutate({ projectId: 'churn-abcdef12', path: 'MODEL_CARD.md', anchor, body });
  await window.command('Benchmate: Write a Note');
  await window.choose('churn');
  await window.choose('Decision record');
  await window.answer('What it is called', 'Calibration first');
  const note = await until(async () => (await engine.notes.list.query({}))[0]);
  expect(note).toMatchObject({ title: 'Calibration first', projectId: 'churn-abcdef12', about: null });
  expect(note.body).toContain('## Options');
  // Once it is open, and has taken the focus.
  await window.line('## Evidence').waitFor();

  await window.command('Benchmate: Search Notes and Comments');
  await window.input.locator('input').first().fill('calib');
  await window.offered('Calibration first').waitFor();
  await window.snap('search');
  await window.offered('Calibration of which slice?').click();
  await window.page.getByRole('tab', { name: /^MODEL_CARD\.md/ }).waitFor();
});

test('ten thousand runs: the newest of each project first, and Show More brings the older ones of the projects alone', async () => {
  await logRuns();
  await window.page.reload();
  await window.row('Runs', 'These projects').waitFor({ timeout: 90_000 });
  await window.row('Runs', shortName).waitFor();
  expect(await window.row('Runs', shortName).innerText()).toMatch(/0\.25 · churn/);
  await window.photograph('many-runs');
  await window.command('Benchmate: Focus on Runs View');
  await expect.poll(() => focusFromEnd(1)).toMatch(/Show More\s*of 451/);
  await window.snap('show-more');
  await window.page.keyboard.press('Enter');
  await expect.poll(() => focusFromEnd(1), { timeout: 60_000 }).toMatch(/^fraud-0/);
  expect(await focusFromEnd(2)).toMatch(/^churn-0/);
}, 420_000); // most of it is logging ten thousand runs, on a machine that may have other things to do

test('Filter Runs finds by name among all, also far down, and says when none is found', async () => {
  await window.command('Benchmate: Filter Runs');
  await window.answer('Part of the name', 'ELSEWHERE-77');
  const rows = window.view('Runs').locator('.monaco-list-row');
  await window.row('Runs', 'elsewhere-77').waitFor();
  await expect.poll(async () => (await rows.allInnerTexts()).every(text => text.includes('elsewhere-77'))).toBe(true);
  expect(await engine.runs.list.query({ search: 'elsewhere-77', limit: 1 })).toMatchObject({ total: 111 });
  await window.page.keyboard.press('Escape');
  await window.snap('filtered');
  await window.command('Benchmate: Filter Runs');
  await window.answer('Part of the name', 'no such run');
  await window.view('Runs').getByText('No run has that in its name.').waitFor();
  await window.command('Benchmate: Clear Runs Filter');
  await window.row('Runs', 'These projects').waitFor();
});

test('each project’s params file is compared with its own baseline', async () => {
  for (const name of ['churn', 'fraud']) {
    const { runs } = await engine.runs.list.query({ projectId: `${name}-abcdef12`, limit: 1000 });
    const baseline = runs.find(run => run.name === `${name}-0`)!;
    await engine.projects.pinBaseline.mutate({ projectId: `${name}-abcdef12`, runId: baseline.runId });
  }
  for (const [path, baseline] of [
    ['churn/params.yaml', 'churn-0'],
    ['fraud/params.yaml', 'fraud-0'],
  ] as const) {
    await window.command('View: Close All Editors');
    await window.page.keyboard.press('Control+p');
    await window.input.locator('input').first().fill(path);
    await window
      .offered()
      .filter({ hasText: 'params.yaml' })
      .filter({ hasText: path.split('/')[0]! })
      .first()
      .click(); // not what was open last, of either name
    await window.page
      .locator('.codelens-decoration a', { hasText: `Baseline ${baseline}` })
      .waitFor({ timeout: 30_000 });
    await window
      .line('lr')
      .getByText(/0\.01\s→\s0\.02/)
      .waitFor();
  }
});

test('a long name and a side bar of 400 px: the number that matters stays in sight, in every look', async () => {
  const bar = window.page.locator('.part.sidebar');
  const { x, y, width, height } = (await bar.boundingBox())!;
  await window.page.mouse.move(x + width, y + height / 2);
  await window.page.mouse.down();
  await window.page.mouse.move(x + 400, y + height / 2, { steps: 5 });
  await window.page.mouse.up();
  await expect.poll(async () => Math.round((await bar.boundingBox())!.width)).toBe(400);
  const row = window.row('Runs', shortName);
  await row.scrollIntoViewIfNeeded();
  const number = row.locator('.label-description');
  await window.photograph('long-name');
  const [rowBox, box] = [await row.boundingBox(), await number.boundingBox()];
  expect(box!.x + 40).toBeLessThan(rowBox!.x + rowBox!.width);
  expect(await row.getAttribute('aria-label')).toContain(`Run ${longName}, running, val_loss 0.25`);
});

/** Moves the focus to the last row but so many; its text. */
async function focusFromEnd(rows: number): Promise<string> {
  await window.page.keyboard.press('End');
  for (let row = 0; row < rows; row++) await window.page.keyboard.press('ArrowUp');
  return window.view('Runs').locator('.monaco-list-row.focused').innerText();
}

/** Of churn old ones, of fraud one, and in between thousands that belong to nobody here. */
async function logRuns(): Promise<void> {
  const { url, token } = (await readEndpoint(editor.dataDir))!;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
  const experiments: Record<string, unknown> = {};
  for (const name of ['churn', 'fraud', 'elsewhere'])
    experiments[name] = (await post('experiments/create', { name })).experiment_id;
  const begin = Date.now() - 86_400_000;
  const log = async (group: string, name: string, start_time: number, value?: number) => {
    const body = { experiment_id: experiments[group], run_name: name, start_time };
    const { run } = (await post('runs/create', body)) as { run: { info: { run_id: string } } };
    const run_id = run.info.run_id;
    const key = group === 'fraud' ? 'val_auc' : 'val_loss';
    if (value !== undefined)
      await post('runs/log-batch', {
        run_id,
        params: [{ key: 'lr', value: '0.01' }],
        metrics: [{ key, value, step: 1, timestamp: start_time }],
      });
  };
  await log('fraud', 'fraud-0', begin, 0.8);
  const names: (readonly [string, string])[] = [
    ...Array.from({ length: ofChurn - 1 }, (_, index) => ['churn', `churn-${index}`] as const),
    ...Array.from({ length: elsewhere }, (_, index) => ['elsewhere', `elsewhere-${index}`] as const),
  ];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < names.length; index = next++)
      await log(...names[index]!, begin + 1000 + index, index < ofChurn ? 0.3 : undefined);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  await log('churn', longName, Date.now(), 0.25);
}
