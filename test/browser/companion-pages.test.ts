import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright';
import { until } from '../support/until.ts';
import { axeViolations } from './support/axe.ts';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, photograph, scrollsSideways, setLook, visit, type Look, type Visit } from './support/pages.ts';
import { curves, experiment, logRun, runName } from './support/seed.ts';

const longName = 'a-run-with-a-really-long-name-that-goes-on-for-sixty-letters';
let bench: Bench;
let browser: Browser;
let visitor: Visit;
const paths: Record<string, string> = {};

beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
  const projectId = await bench.project('churn', 'primaryMetric: val/auc\nmodel: churn\n');
  const churn = await experiment(bench, 'churn');
  const ids: string[] = [];
  for (let index = 0; index < 12; index++)
    ids.push(
      await logRun(bench, churn, {
        name: index === 3 ? longName : runName(index * 7),
        params: { lr: String([0.01, 0.003, 0.001][index % 3]), depth: String(3 + (index % 4)), optimizer: 'adam' },
        metrics: curves(index),
        tags: { 'mlflow.user': 'ada' },
        status: index === 11 ? 'RUNNING' : index === 5 ? 'FAILED' : 'FINISHED',
        startTime: Date.now() - (12 - index) * 3_600_000,
      }),
    );
  const { client } = bench;
  await client.projects.pinBaseline.mutate({ projectId, runId: ids[1]! });
  await client.team.rename.mutate({ member: 'Ada Lovelace', team: 'Lab' });
  for (const [index, runId] of ids.slice(1, 4).entries())
    await client.registry.register.mutate({
      model: 'churn',
      runId,
      source: `runs:/${runId}/model`,
      description: `---\nlicense: ${index < 2 ? 'apache-2.0' : 'mit'}\n---\n# Churn\n\nPredicts who ${index < 2 ? 'leaves' : 'stays'} within a month.\n`,
    });
  await client.registry.promote.mutate({ model: 'churn', version: 1, alias: 'champion' });
  await client.registry.setPolicy.mutate({ alias: 'champion', approvals: 1 });
  await client.registry.register.mutate({ model: 'ranking.v2', runId: null, source: 's3://bucket/ranking' });
  const body = '# Depth\n\nTried **3 to 7**.\n\n| depth | auc |\n| --- | --- |\n| 5 | 0.91 |\n';
  const note = await client.notes.create.mutate({ projectId, title: 'Why depth 5 wins', body });
  const anchor = { quote: 'AUC is 0.91', prefix: '', suffix: '', line: 11 };
  await client.reviews.start.mutate({ projectId, path: 'MODEL_CARD.md', anchor, body: 'On which *split*?' });
  const job = await client.jobs.submit.mutate({
    dir: bench.dir,
    command: [process.execPath, '-e', 'console.log("epoch 1"); process.exit(3)'],
    name: 'train churn',
  });
  await until(async () => (await client.jobs.get.query({ jobId: job.jobId })).state === 'failed');
  Object.assign(paths, {
    runs: '/runs',
    run: `/runs/${ids[11]}`,
    'run-long-name': `/runs/${ids[3]}`,
    compare: `/compare?runs=${ids.slice(0, 4).join(',')}`,
    models: '/models',
    model: '/models/churn/v3',
    'model-text': '/models/churn/v3',
    'model-dotted': '/models/ranking.v2/latest',
    notes: '/notes',
    note: `/notes/${note.noteId}`,
    jobs: '/jobs',
    job: `/jobs/${job.jobId}`,
    team: '/team',
    inbox: '/inbox',
  });
  visitor = await visit(browser, bench);
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

const ready: Record<string, (visit: Visit) => Promise<unknown>> = {
  runs: ({ page }) => page.getByRole('link', { name: 'tidy-otter-0' }).waitFor(),
  run: ({ page }) => page.getByText(/^val\/auc: 60 values/).waitFor(),
  'run-long-name': ({ page }) => page.getByText(/^val\/auc: 60 values/).waitFor(),
  compare: ({ page }) =>
    page
      .getByText(/^val\/auc: 60 values|: 60 values/)
      .first()
      .waitFor({ state: 'attached' }),
  model: async ({ page }) => {
    await page.getByText('On which').waitFor();
    await page.getByText('license changed: apache-2.0 → mit').waitFor();
    expect(await page.locator('.bm-words').innerText()).toMatch(/Predicts who\s*leaves\s*stays within a month\./);
  },
  'model-text': async ({ page }) => {
    await page.getByRole('button', { name: 'Show as text' }).click();
    const diff = page.locator('.monaco-diff-editor');
    await diff.locator('.view-line', { hasText: 'license: apache-2.0' }).first().waitFor();
    await diff.locator('.view-line', { hasText: 'license: mit' }).first().waitFor();
    await diff.scrollIntoViewIfNeeded();
  },
  note: ({ page }) => page.getByText('Saved as you type').waitFor(),
  job: ({ page }) => page.getByRole('log').getByText('epoch 1').waitFor(),
};

describe.each(['light', 'dark', 'contrast'] as Look[])('in %s', look => {
  test.each([
    'runs',
    'run',
    'run-long-name',
    'compare',
    'models',
    'model',
    'model-text',
    'model-dotted',
    'notes',
    'note',
    'jobs',
    'job',
    'team',
    'inbox',
  ])('the page %s is accessible, wide and narrow, and does not scroll sideways', async name => {
    const { page } = visitor;
    await setLook(page, look);
    for (const width of [1600, 400]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(bench.url + paths[name]!);
      await page.locator('h1').first().waitFor();
      await ready[name]?.(visitor);
      await photograph(page, `${name}-${look}-${width}`);
      expect(await scrollsSideways(page), `${name} at ${width}`).toBe(false);
      expect(await axeViolations(page, ['.monaco-editor', '.monaco-diff-editor']), `${name} at ${width}`).toEqual([]);
    }
  });
});

test('nothing was refused by the policy, failed or asked of another host', () => {
  expect(visitor.complaints).toEqual([]);
});

test('a number, a date and a verdict are told to those who hear the page', async () => {
  const { page } = visitor;
  await page.setViewportSize({ width: 1600, height: 900 });
  await page.goto(`${bench.url}/runs`);
  const row = page.getByRole('row', { name: /quick-heron-14/ });
  await row.waitFor();
  await expect.poll(() => row.innerText(), { timeout: 5000 }).toMatch(/(better|worse) by 0\.\d+/); // the baseline comes after the rows
  expect(await row.getByRole('gridcell').nth(3).locator('time').getAttribute('title')).toMatch(/20\d\d/);
});

test('people who asked for less motion see none', async () => {
  const { page } = visitor;
  const longest = await page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll('*')].map(
        element => parseFloat(getComputedStyle(element).transitionDuration) || 0,
      ),
    ),
  );
  expect(longest).toBe(0);
});

test('in forced colours every page keeps its boundaries', async () => {
  const { page } = visitor;
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  for (const name of ['runs', 'model', 'team']) {
    await page.goto(bench.url + paths[name]!);
    await page.locator('h1').first().waitFor();
    await ready[name]?.(visitor);
    await photograph(page, `${name}-forced-1600`);
    expect(await axeViolations(page)).toEqual([]);
  }
});
