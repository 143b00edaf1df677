import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import type { ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { makeCellAnchor } from '@benchmate/shared/documents/cells';
import { metricAnchorOn } from '@benchmate/shared/documents/wordless-anchors';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';
import { until } from '../support/until.ts';

// Threads on cells, on code and on a curve in a real editor; each step rests on those before it.
const home = mkdtempSync(join(tmpdir(), 'cells-'));
const dir = join(home, 'churn');
const projectId = 'churn-abcdef12';
const cells = [
  { id: 'load-1', source: 'frame = read("churn.csv")' },
  { id: 'mean-2', source: 'mean = frame.age.mean()\nmean' },
  { id: 'fit-3', source: 'model = fit(frame)' },
];
const script = '# %% Load\nframe = read("churn.csv")\n\n# %% Fit\nmodel = fit(frame)\nlog_metric("val/loss", 0.3)\n';
let editor: Editor;
let window: EditorWindow;
let engine: ClosableEngineClient;

beforeAll(async () => {
  mkdirSync(dir);
  writeFileSync(join(dir, 'benchmate.yaml'), `id: ${projectId}\nname: churn\n`);
  writeFileSync(join(dir, 'fit.py'), script);
  const metadata = { kernelspec: { name: 'python3', display_name: 'Python 3' }, language_info: { name: 'python' } };
  const written = cells.map(({ id, source }) => ({ id, cell_type: 'code', metadata: {}, outputs: [], execution_count: null, source })); // prettier-ignore
  writeFileSync(
    join(dir, 'explore.ipynb'),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: written }),
  );
  writeFileSync(join(dir, 'MODEL_CARD.md'), '# Churn\n');
  editor = await Editor.open({ vsix: [packagedExtension()], folder: dir });
  window = new EditorWindow(editor);
  engine = connectEngine(editor.dataDir);
  await window.openContainer();
  await window.row('Team', 'Working alone').waitFor({ timeout: 60_000 });
});

beforeEach(() => onTestFailed(({ task }) => window.photographFailure(task.name)));

afterAll(async () => {
  engine?.close();
  await editor?.close();
  rmSync(home, { recursive: true, force: true });
});

const panelRow = (text: string): Locator =>
  window.page.locator('.comments-panel .monaco-list-row', { hasText: text }).first();

test('a cell says how many threads it has, and all of them are read, answered and begun with the keyboard alone', async () => {
  const { page } = window;
  for (const body of ['Which age?', 'The median is safer.', 'Outliers above 100.'])
    await engine.reviews.start.mutate({
      projectId,
      path: 'explore.ipynb',
      anchor: makeCellAnchor(cells, 1, body.startsWith('The') ? { start: 0, end: 23 } : null),
      body,
    });
  await window.openFile('explore.ipynb');
  await page.locator('.notebook-editor .cell-statusbar-container', { hasText: '3 threads' }).waitFor();
  // The second cell, with the keyboard: out of the first one's text, then down.
  await until(async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowDown');
    return page.locator('.statusbar-item', { hasText: 'Cell 2 of 3' }).isVisible();
  }, 30_000);
  await window.command('Benchmate: Comment on Cell');
  await window.input.getByText('Comment on this cell').waitFor();
  await page.keyboard.type('Per country, please.');
  await page.keyboard.press('Enter');
  await page.locator('.notebook-editor .cell-statusbar-container', { hasText: '4 threads' }).waitFor();
  await window.command('Benchmate: Show Threads on Cell');
  await window.offered('Per country').waitFor();
  expect(await window.offered().count()).toBe(4);
  await window.snap('cell-threads');
  await page.keyboard.type('Outliers');
  await page.keyboard.press('Enter');
  await window.offered('Reply').first().waitFor();
  await page.keyboard.press('Enter');
  const reply = window.input.getByPlaceholder('Outliers above 100.');
  await reply.fill('They are typing errors.');
  await reply.press('Enter');
  const threads = await until(async () => {
    const all = await engine.reviews.threads.query({ projectId });
    return all.some(({ comments }) => comments[1]?.body === 'They are typing errors.') && all;
  });
  expect(threads).toHaveLength(4);
  for (const { path, anchor } of threads) expect([path, anchor]).toMatchObject(['explore.ipynb', { cellId: 'mean-2' }]);

  // And they are among all comments, under their cell.
  await window.command('Comments: Focus on Comments View');
  await panelRow('Cell 2').waitFor();
  for (const body of ['Which age?', 'The median', 'Outliers', 'Per country']) await panelRow(body).waitFor();
  await window.snap('cell-threads-panel');
});

test('a thread on a cell of a percent script, and one on a curve at the call that logs it, stand in the code', async () => {
  const fit = script.indexOf('# %% Fit');
  const anchor = makeAnchor(script, { start: fit, end: script.indexOf('\nlog_metric') });
  await engine.reviews.start.mutate({ projectId, path: 'fit.py', anchor, body: 'Which seed?' });
  const curve = metricAnchorOn({ runId: 'a'.repeat(32), name: 'tidy-otter-1' }, 'val/loss', { from: 10, to: 20 });
  await engine.reviews.start.mutate({ projectId, anchor: curve, body: 'A bump here.' });
  await panelRow('Which seed?').waitFor();
  await panelRow('A bump here.').waitFor();
  const [placed] = (await engine.reviews.placed.query({ projectId, path: 'fit.py' })).filter(
    ({ thread }) => thread.anchor.kind === 'metric',
  );
  expect(placed).toMatchObject({ path: 'fit.py', line: 5, state: 'found' });
  await panelRow('A bump here.').dblclick();
  await window.page.locator('.review-widget:visible', { hasText: 'A bump here.' }).first().waitFor();
  await window.page
    .locator('.review-widget:visible', { hasText: 'val/loss of tidy-otter-1, steps 10 to 20' })
    .first()
    .waitFor();
  await window.snap('curve-thread-in-code');
});
