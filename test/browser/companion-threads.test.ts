import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright';
import { metricAnchorOn } from '@benchmate/shared/documents/wordless-anchors';
import { axeViolations } from './support/axe.ts';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, photograph, visit } from './support/pages.ts';

// One thread, seen wherever what it is about is seen.
let bench: Bench;
let browser: Browser;
let projectId: string;
let runId: string;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
  projectId = await bench.project('churn', 'model: churn\n');
  const { experiment_id } = await bench.mlflow('experiments/create', { name: 'churn' });
  const { run } = (await bench.mlflow('runs/create', { experiment_id, run_name: 'tidy-otter-12' })) as {
    run: { info: { run_id: string } };
  };
  runId = run.info.run_id;
  const metrics = Array.from({ length: 50 }, (_, step) => ({
    key: 'val/loss',
    value: 1 / (step + 1),
    step,
    timestamp: step,
  }));
  await bench.mlflow('runs/log-batch', { run_id: runId, metrics });
  await bench.client.registry.register.mutate({ model: 'churn', runId, source: `runs:/${runId}/model` });
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

test('a thread on steps of a curve is below it and in the run’s row, and can be answered, settled and begun there', async () => {
  const anchor = metricAnchorOn({ runId, name: 'tidy-otter-12' }, 'val/loss', { from: 10, to: 20 });
  await bench.client.reviews.start.mutate({ projectId, anchor, body: 'Why the plateau?' });
  const { page, context, complaints } = await visit(browser, bench, '/runs');
  await page.getByText('1 open thread').first().waitFor();
  await page.getByRole('link', { name: 'tidy-otter-12' }).click();
  const thread = page.getByRole('article', { name: /val\/loss of tidy-otter-12, steps 10 to 20/ });
  await thread.getByText('Why the plateau?').waitFor();
  await photograph(page, 'curve-thread');
  expect(await axeViolations(page)).toEqual([]);
  await thread.getByRole('textbox', { name: 'Reply' }).fill('The rate fell.');
  await thread.getByRole('button', { name: 'Reply', exact: true }).click();
  await thread.getByText('The rate fell.').waitFor();
  await page.getByRole('button', { name: 'Comment on val/loss of tidy-otter-12' }).click();
  await page.keyboard.type('Compare with the baseline.');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.getByRole('article', { name: 'Thread on “val/loss of tidy-otter-12”' }).waitFor();
  await thread.getByRole('button', { name: 'Resolve' }).click();
  await thread.waitFor({ state: 'detached' });
  const threads = await bench.client.reviews.threads.query({ projectId });
  expect(threads.map(({ anchor: { quote }, resolved, comments }) => [quote, resolved, comments.length])).toEqual([
    ['val/loss of tidy-otter-12, steps 10 to 20', true, 2],
    ['val/loss of tidy-otter-12', false, 1],
  ]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a thread on a version is on that version’s page alone', async () => {
  await bench.client.registry.register.mutate({ model: 'churn', runId, source: `runs:/${runId}/other` });
  const { page, context, complaints } = await visit(browser, bench, '/models/churn/v1');
  await page.getByRole('button', { name: 'Comment on churn v1' }).click();
  await page.keyboard.type('On which data?');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.getByRole('article', { name: 'Thread on “churn v1”' }).getByText('On which data?').waitFor();
  await page.getByRole('heading', { name: 'Threads on v1 1 open' }).waitFor();
  await context.close();
  const second = await visit(browser, bench, '/models/churn/v2');
  await second.page.getByRole('heading', { name: 'Threads on v2 none open' }).waitFor();
  expect([...complaints, ...second.complaints]).toEqual([]);
  await second.context.close();
});
