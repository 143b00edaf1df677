import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, visit } from './support/pages.ts';
import { curves, experiment, logRun } from './support/seed.ts';

let bench: Bench;
let browser: Browser;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

test('a browser without a session is told in one sentence how to get one', async () => {
  const page = await browser.newPage();
  await page.goto(`${bench.url}/runs`);
  await page.getByRole('heading', { name: 'This browser has no session with your engine yet.' }).waitFor();
  expect(await page.locator('main').innerText()).toContain('benchmate companion');
  await page.close();
});

test('a link opens its page once, and its code leaves the address', async () => {
  const link = await bench.link('/jobs');
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole('heading', { name: 'Jobs' }).waitFor();
  expect(page.url()).toBe(`${bench.url}/jobs`);
  expect(await page.evaluate(() => document.cookie)).toBe('');

  const stranger = await browser.newPage();
  await stranger.goto(link);
  await stranger.getByRole('alert').waitFor();
  expect(await stranger.getByRole('alert').innerText()).toContain('UNAUTHENTICATED');
  expect(stranger.url()).toBe(`${bench.url}/open`);
  await stranger.close();
  await context.close();
});

test('an empty engine says what to do next on every page', async () => {
  const { page, context, complaints } = await visit(browser, bench);
  for (const [path, sentence] of [
    ['/runs', 'Nothing has been logged here yet.'],
    ['/models', 'No model is registered yet.'],
    ['/notes', 'Notes belong to a project, and there is none yet.'],
    ['/jobs', 'This machine’s queue is empty.'],
    ['/compare', 'Comparing takes two runs.'],
    ['/inbox', 'Nothing waits for you.'],
    ['/nowhere', 'There is no such page.'],
    ['/models/nothing/v1', 'No model is called nothing.'],
  ]) {
    await page.goto(bench.url + path);
    await page.getByRole('heading', { name: sentence! }).waitFor();
  }
  expect(complaints).toEqual([]);
  await page.goto(`${bench.url}/runs/0123456789abcdef0123456789abcdef`);
  await page.getByText('This run is not on this device').waitFor();
  await context.close();
});

test('a page says that the engine is gone, and goes on by itself when it is back', async () => {
  const { page, context } = await visit(browser, bench, '/runs');
  await page.getByRole('heading', { name: 'Nothing has been logged here yet.' }).waitFor();
  await bench.kill();
  await page.getByText('Benchmate’s engine is not running.').waitFor({ timeout: 30_000 });
  await bench.start();
  await page.getByText('Benchmate’s engine is not running.').waitFor({ state: 'detached', timeout: 30_000 });
  await logRun(bench, await experiment(bench, 'after'), { name: 'after-the-restart', metrics: curves(1, 5) });
  await page.getByRole('link', { name: 'after-the-restart' }).waitFor();
  await context.close();
});

test('the address that the stock mlflow client prints for a run opens that run', async () => {
  const runId = await logRun(bench, await experiment(bench, 'printed'), { name: 'printed-by-mlflow' });
  const { page, context } = await visit(browser, bench);
  await page.goto('about:blank');
  await page.goto(`${bench.url}/#/experiments/1/runs/${runId}`);
  await page.getByRole('heading', { name: 'printed-by-mlflow' }).waitFor();
  expect(page.url()).toBe(`${bench.url}/runs/${runId}`);
  await context.close();
});
