import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright';
import { axeViolations } from './support/axe.ts';
import { openBench, type Bench } from './support/bench.ts';
import { renderedMarkdownIsHarmless } from './support/harmless.ts';
import { openBrowser, photograph, scrollsSideways, setLook, visit } from './support/pages.ts';
import { experiment, logRun } from './support/seed.ts';

let bench: Bench;
let browser: Browser;
let projectId: string;
let runId: string;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
  projectId = await bench.project('churn');
  writeFileSync(join(bench.dir, 'churn', 'params.yaml'), 'seed: 1\nlr: 0.003\n');
  await bench.client.team.rename.mutate({ member: 'Ada Lovelace' });
  runId = await logRun(bench, await experiment(bench, 'churn'), {
    name: 'tidy-otter',
    metrics: { 'val/auc': [0.912] },
  });
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

const preview = (page: Page) => page.getByRole('region', { name: 'Preview' });
const bodyOf = async (noteId: string) => (await bench.client.notes.get.query({ noteId })).body;

test('a decision is recorded from the run that it is about, with live values, and found again by its words', async () => {
  const { page, context, complaints } = await visit(browser, bench, `/runs/${runId}`);
  await page.getByText('No note is about it, and nobody mentions it.').waitFor();
  await page.getByRole('button', { name: 'Write a note about it' }).click();
  await page.getByLabel('Title').fill('Ship it?');
  await page.getByLabel('Begin with').selectOption('decision');
  await page.getByRole('button', { name: 'Write', exact: true }).click();
  await page.getByText('About run tidy-otter').waitFor();
  for (const name of ['Context', 'Options', 'Decision', 'Evidence'])
    await preview(page).getByRole('heading', { name, exact: true }).waitFor();
  await preview(page).getByRole('link', { name: 'tidy-otter' }).waitFor();
  const [note] = await bench.client.notes.list.query({ about: `run:${runId}` });
  const noteId = note!.noteId;

  const id = runId.slice(0, 8);
  const body = [
    `Calibration holds: [auc](run:${id}#val/auc), [lr](line:params.yaml#L2), [gone](run:${id}#nothing), [m](model:none).`,
    '[c](command:evil) [f](file:///etc/passwd) [j](javascript:alert(1)) [d](data:text/html,x) <img src=x onerror=alert(1)>',
    'paid \u202Eegassem\u202C in\u200Bvisible',
  ].join('\n\n');
  await bench.client.notes.write.mutate({ noteId, body });
  await preview(page).getByText('0.912').waitFor();
  await preview(page).getByText('lr: 0.003').waitFor();
  await preview(page).getByText('Run tidy-otter logged no nothing.').waitFor();
  await preview(page).getByText('This model is not registered here.').waitFor();
  await page.getByText('3 characters of this text are not to be seen').waitFor();
  expect(await renderedMarkdownIsHarmless(page)).toEqual([]);
  const hrefs = await preview(page)
    .locator('a[href]')
    .evaluateAll(links => links.map(link => link.getAttribute('href')));
  expect(hrefs).toEqual([`/runs/${runId}`, `/runs/${runId}`]);
  expect(
    await preview(page)
      .locator('.bm-markdown p')
      .evaluateAll(all => all.every(p => p.getAttribute('dir') === 'auto')),
  ).toBe(true);

  await bench.mlflow('runs/log-metric', {
    run_id: runId,
    key: 'val/auc',
    value: 0.931,
    step: 2,
    timestamp: Date.now(),
  });
  await preview(page).getByText('0.931').waitFor();

  for (const look of ['light', 'dark', 'contrast'] as const) {
    await setLook(page, look);
    expect(await axeViolations(page, ['.monaco-editor'])).toEqual([]);
    await photograph(page, `note-live-${look}`);
  }
  await preview(page).getByRole('link', { name: /auc/ }).first().click();
  await page.getByRole('heading', { name: 'tidy-otter' }).waitFor();
  await page.getByRole('link', { name: /Ship it\?/ }).waitFor();
  await page.getByText('about it', { exact: false }).first().waitFor();
  expect(await axeViolations(page)).toEqual([]);

  await page.goto(`${bench.url}/notes`);
  await page.getByRole('link', { name: /Ship it\?.* about run tidy-otter/ }).waitFor();

  await page.keyboard.press('/');
  await page.keyboard.type('calibr');
  await page.getByRole('option', { name: /Ship it\?.*Calibration holds/ }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await photograph(page, 'search-words');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Ship it?' }).waitFor();
  await page.setViewportSize({ width: 400, height: 800 });
  expect(await scrollsSideways(page)).toBe(false);
  await photograph(page, 'note-live-400');
  expect(complaints).toEqual([]);
  await context.close();
});

test('people are offered after @, and a note that another points at says so', async () => {
  const [about] = await bench.client.notes.list.query({ about: `run:${runId}` });
  const create = { projectId, title: 'Follow-up', body: `See note:${about!.noteId}.\n` };
  const { noteId } = await bench.client.notes.create.mutate(create);
  const { page, context, complaints } = await visit(browser, bench, `/notes/${noteId}`);
  await page.getByText('Saved as you type').waitFor();
  await page.getByRole('textbox', { name: 'Text of Follow-up' }).focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('Ask @');
  await page.getByRole('option', { name: /@Ada-Lovelace/ }).waitFor();
  await photograph(page, 'note-mention');
  await page.keyboard.press('Enter');
  await expect.poll(() => bodyOf(noteId)).toContain('Ask @Ada-Lovelace ');
  await page.goto(`${bench.url}/notes/${about!.noteId}`);
  await page.getByRole('heading', { name: 'Mentioned in' }).waitFor();
  await page.getByRole('link', { name: /Follow-up/ }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('a note of a megabyte opens, is shown in parts, and can be written in', async () => {
  const body = `# Long\n\n${'Lorem ipsum dolor sit amet, consectetur.\n\n'.repeat(24_000)}`.slice(0, 999_000);
  const { noteId } = await bench.client.notes.create.mutate({ projectId, title: 'Long', body });
  const { page, context, complaints } = await visit(browser, bench, `/notes/${noteId}`);
  await page.getByRole('button', { name: /^Show the other/ }).waitFor({ timeout: 30_000 });
  await page.getByRole('textbox', { name: 'Text of Long' }).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('first ');
  await preview(page).getByText('first # Long').waitFor({ timeout: 30_000 });
  await expect.poll(async () => (await bodyOf(noteId)).startsWith('first # Long')).toBe(true);
  expect(complaints).toEqual([]);
  await context.close();
});
