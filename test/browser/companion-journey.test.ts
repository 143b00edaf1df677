import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, photograph, visit } from './support/pages.ts';
import { curves, experiment, logRun } from './support/seed.ts';

let bench: Bench;
let browser: Browser;
let ids: string[];
beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
  await bench.project('churn', 'primaryMetric: val/auc\nmodel: churn\n');
  const churn = await experiment(bench, 'churn');
  ids = [];
  for (const [index, lr] of ['0.01', '0.003', '0.001'].entries())
    ids.push(
      await logRun(bench, churn, {
        name: `lr-${lr}`,
        params: { lr, depth: '5' },
        metrics: curves(index),
        startTime: Date.now() - (10 - index) * 60_000,
      }),
    );
  await bench.client.registry.register.mutate({ model: 'churn', runId: ids[0]!, source: `runs:/${ids[0]}/model` });
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

/** Presses Tab until something with this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      const label = element?.closest('label') ?? (element as HTMLInputElement | null)?.labels?.[0];
      return [element?.getAttribute('aria-label'), element?.innerText, label?.textContent].filter(Boolean).join(' ');
    });
    if (name.test(focused)) return;
  }
  throw new Error(`Nothing called ${name} can be reached with Tab.`);
}

test('with the keyboard alone: find a run, pin it, select and compare, promote a model, write a note', async () => {
  const { page, context, complaints } = await visit(browser, bench);
  await page.getByRole('link', { name: 'lr-0.003' }).waitFor();

  await page.keyboard.press('/');
  await page.keyboard.type('0.01');
  await page.getByRole('option', { name: /lr-0\.01/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'lr-0.01' }).waitFor();
  await page.getByRole('img', { name: 'Curve of val/auc' }).waitFor();
  await page.getByText(/^val\/auc: 60 values from step 0 to 59/).waitFor();
  await tabTo(page, /Pin as baseline/);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Unpin the baseline' }).waitFor();

  await page.keyboard.press('/');
  await page.keyboard.type('runs');
  await page.keyboard.press('Enter');
  await page.getByRole('grid', { name: 'Runs' }).waitFor();
  await tabTo(page, /^Runs lr-|^Runs\b.*Name/s);
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  expect(await page.getByRole('row', { selected: true }).count()).toBe(2);
  expect(await page.getByRole('row', { name: /lr-0\.001/ }).innerText()).toMatch(/[▲▼] [+−]0\.\d+/);

  // The heading row is reached with the arrow, too: Enter sorts.
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).searchParams.get('sort')).toBe('name');
  await photograph(page, 'journey-selected');

  await page.keyboard.press('Shift+Tab');
  for (let presses = 0; presses < 8; presses++) {
    if (await page.getByRole('button', { name: /Compare 2/ }).evaluate(button => button === document.activeElement))
      break;
    await page.keyboard.press('Shift+Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Compare 2 runs' }).waitFor();
  const table = page.getByRole('region', { name: 'Differences between the runs' });
  expect(await table.innerText()).toContain('lr');
  expect(await table.innerText()).not.toContain('depth');
  await page.getByText(/^Best by val\/auc \(higher is better\)/).waitFor();
  await photograph(page, 'journey-compared');

  await page.keyboard.press('/');
  await page.keyboard.type('churn');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Promote v1' }).waitFor();
  await page.getByText('You registered this version, so somebody else decides about it.').waitFor();
  await tabTo(page, /^Promote$/);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Versions' }).getByText('champion').waitFor();
  expect((await bench.client.registry.get.query({ model: 'churn' })).aliases[0]).toMatchObject({ alias: 'champion' });

  await tabTo(page, /^Notes$/).catch(async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('notes');
  });
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Nobody has written a note yet.' }).waitFor();
  await tabTo(page, /New note/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'New note' }).waitFor();
  await page.keyboard.type('Learning rates');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Learning rates' }).waitFor();
  await page.getByText('Saved as you type').waitFor();
  await tabTo(page, /Text of Learning rates/);
  await page.keyboard.type('# Small ones win\n\nSee **lr**.');
  await page.getByRole('heading', { name: 'Small ones win' }).waitFor();
  await expect
    .poll(async () => (await bench.client.notes.list.query({}))[0]?.body)
    .toBe('# Small ones win\n\nSee **lr**.');
  await photograph(page, 'journey-note');
  expect(complaints).toEqual([]);
  await context.close();
});

test('a running job shows its output as it comes, and can be cancelled', async () => {
  const script = 'let i = 0; setInterval(() => console.log("epoch", ++i), 50)';
  const job = await bench.client.jobs.submit.mutate({
    dir: bench.dir,
    command: [process.execPath, '-e', script],
    name: 'endless',
  });
  const { page, context } = await visit(browser, bench, '/jobs');
  await page.getByRole('link', { name: 'endless' }).click();
  await page.getByRole('log').getByText('epoch 1', { exact: false }).waitFor();
  const before = (await page.getByRole('log').innerText()).length;
  await expect
    .poll(async () => (await page.getByRole('log').innerText()).length, { timeout: 15_000 })
    .toBeGreaterThan(before);
  await photograph(page, 'job-running');
  await page.getByRole('button', { name: 'Cancel endless' }).click();
  await page.getByRole('button', { name: 'Run again' }).waitFor({ timeout: 20_000 });
  expect((await bench.client.jobs.get.query({ jobId: job.jobId })).state).toBe('cancelled');
  await context.close();
});

test('a curve grows while its run logs', async () => {
  const churn = (await bench.client.runs.get.query({ runId: ids[0]! })).experimentId;
  const runId = await logRun(bench, churn, {
    name: 'live',
    metrics: { 'val/loss': [1, 0.9] },
    status: 'RUNNING',
    startTime: Date.now(),
  });
  const { page, context } = await visit(browser, bench, `/runs/${runId}`);
  await page.getByText('val/loss: 2 values').waitFor();
  await bench.mlflow('runs/log-metric', { run_id: runId, key: 'val/loss', value: 0.5, step: 2, timestamp: Date.now() });
  await page.getByText(/val\/loss: 3 values from step 0 to 2; last 0\.5, lowest 0\.5 at step 2/).waitFor();
  await page.getByRole('button', { name: 'Table' }).click();
  expect(await page.getByRole('region', { name: 'Values of val/loss' }).getByRole('row').count()).toBe(4);
  await context.close();
});
