import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, photograph, visit } from './support/pages.ts';
import { experiment, logRun } from './support/seed.ts';

const points = 1_000_000;
const keys = 10_000;
let bench: Bench;
let browser: Browser;
let long: string;
let wide: string;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
  const limits = await experiment(bench, 'limits');
  const value = (step: number) => (step % 100_000 === 54_321 ? 9 : Math.sin(step / 20_000) + (step % 97) / 200);
  const loss = Array.from({ length: points }, (_, step) => value(step));
  long = await logRun(bench, limits, { name: 'a million points', metrics: { loss } });
  const many = Array.from(
    { length: keys },
    (_, key) => [`layer/${String(key).padStart(4, '0')}/norm`, [1, key]] as const,
  );
  wide = await logRun(bench, limits, { name: 'ten thousand metrics', metrics: Object.fromEntries(many) });
}, 600_000);
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

test('a curve of a million points is drawn from a few thousand of them, with every spike', async () => {
  const { page, complaints, context } = await visit(browser, bench, `/runs/${long}`);
  await page.getByText('loss: 1000000 values').waitFor({ timeout: 60_000 });
  await photograph(page, 'run-million-points');
  const { points: shown, total } = await bench.client.metrics.history.query({ runId: long, key: 'loss' });
  expect([total, shown.length <= 2000, shown.filter(({ value }) => value === 9).length]).toEqual([points, true, 10]);
  const drawn = page.locator('.bm-curves .u-over');
  const [box, asked] = [
    (await drawn.boundingBox())!,
    page.waitForResponse(response => response.url().includes('metrics.history') && response.url().includes('steps')),
  ];
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.51, box.y + 40, { steps: 4 });
  await page.mouse.up();
  const answer = JSON.stringify(await (await asked).json());
  const steps = [...answer.matchAll(/"step":(\d+)/g)].map(match => Number(match[1]));
  const width = Math.max(...steps) - Math.min(...steps);
  expect([width < points / 50, steps.length > 800, steps.length > (shown.length * width * 20) / points]).toEqual([
    true,
    true,
    true,
  ]);
  await page.getByRole('button', { name: 'Show all steps' }).waitFor();
  await photograph(page, 'run-million-points-zoomed');
  await page.getByRole('button', { name: 'Show all steps' }).click();
  await page.getByRole('button', { name: 'Show all steps' }).waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
  await context.close();
});

test('a run with ten thousand metrics opens, finds each of them, and does not fill the list of runs', async () => {
  const { page, complaints, context } = await visit(browser, bench, `/runs/${wide}`);
  await page.getByText('The first 200 of 10,000 are shown.').waitFor({ timeout: 60_000 });
  expect(await page.locator('.uplot').count()).toBeLessThan(20);
  await photograph(page, 'run-ten-thousand-metrics');
  await page.getByRole('searchbox', { name: 'Find a metric' }).fill('layer/9876');
  await page.getByRole('cell', { name: 'layer/9876/norm' }).waitFor();
  const listed = (await bench.client.runs.list.query({})).runs.find(run => run.runId === wide);
  expect([Object.keys(listed?.metrics ?? {}).length, listed?.metricsLeftOut]).toEqual([500, 9500]);
  await page.goto(`${bench.url}/runs`);
  await page.getByText('ten thousand metrics').first().waitFor({ timeout: 60_000 });
  await photograph(page, 'runs-with-ten-thousand-metrics');
  expect(complaints).toEqual([]);
  await context.close();
});
