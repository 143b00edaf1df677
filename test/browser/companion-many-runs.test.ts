import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, photograph, setLook, visit, type Visit } from './support/pages.ts';
import { experiment, logManyRuns, logRun } from './support/seed.ts';

const count = 10_000;
let bench: Bench;
let browser: Browser;
let visitor: Visit;
let many: string;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
  many = await experiment(bench, 'many');
  await logManyRuns(bench, many, count);
  visitor = await visit(browser, bench, '/runs');
}, 600_000);
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

const bodyRows = (page: Page) => page.locator('.bm-grid-row.body');

test('10,000 runs are counted and sorted, and only those in view are in the page', async () => {
  const { page } = visitor;
  await page.getByRole('status').getByText(`10,000 runs`, { exact: true }).waitFor({ timeout: 60_000 });
  expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(count + 1));
  for (const [look, width] of [
    ['light', 1600],
    ['dark', 1600],
    ['light', 400],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await setLook(page, look);
    await photograph(page, `runs-10000-${look}-${width}`);
  }
  await page.setViewportSize({ width: 1600, height: 900 });
  expect(await bodyRows(page).count()).toBeLessThan(80);

  await page.getByRole('columnheader', { name: 'val/auc' }).click();
  const column = async () =>
    (await page.locator('.body .bm-grid-cell.metric').allInnerTexts()).filter((_text, index) => index % 2 === 0);
  const shown = (await column()).map(Number);
  expect(shown).toEqual([...shown].sort((a, b) => b - a));
  expect(shown[0]).toBeGreaterThan(0.949);
});

test('scrolling from end to end keeps the page small and the frames coming', async () => {
  const { page } = visitor;
  const worst = await page.evaluate(async () => {
    const grid = document.querySelector('.bm-grid')!;
    const gaps: number[] = [];
    let most = 0;
    let last = performance.now();
    const steps = 120;
    for (let step = 0; step <= steps; step++) {
      grid.scrollTop = ((grid.scrollHeight - grid.clientHeight) * step) / steps;
      await new Promise(resolve => requestAnimationFrame(resolve));
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      most = Math.max(most, document.querySelectorAll('.bm-grid-row.body').length);
    }
    gaps.sort((a, b) => a - b);
    return { most, median: gaps[Math.floor(gaps.length / 2)]!, end: grid.scrollTop > 0 };
  });
  expect(worst.end).toBe(true);
  expect(worst.most).toBeLessThan(80);
  expect(worst.median).toBeLessThan(100); // a fair frame on two busy cores without a graphics card
});

test('a run that logs does not move rows; one that comes in above is announced, not pushed in', async () => {
  const { page } = visitor;
  await page.goto(`${bench.url}/runs`);
  await page.getByRole('status').getByText('10,000 runs', { exact: true }).waitFor({ timeout: 60_000 });
  const grid = page.getByRole('grid');
  await grid.evaluate(element => (element.scrollTop = 280_00));
  const firstInView = () =>
    grid.evaluate(element => {
      const top = element.getBoundingClientRect().top + 28;
      const row = [...element.querySelectorAll('.bm-grid-row.body')].find(
        one => one.getBoundingClientRect().top >= top,
      );
      return {
        name: row?.querySelector('a')?.textContent ?? '',
        at: Math.round(row?.getBoundingClientRect().top ?? 0),
      };
    });
  await expect.poll(async () => (await firstInView()).name).not.toBe('');
  const before = await firstInView();
  await logRun(bench, many, { name: 'newcomer', metrics: { 'val/loss': [0.1] }, startTime: Date.now() + 1000 });
  await page.getByRole('button', { name: '1 new run' }).waitFor();
  expect(await firstInView()).toEqual(before);
  await page.getByRole('button', { name: '1 new run' }).click();
  await page.getByRole('link', { name: 'newcomer' }).waitFor();
});

test('a name is found among them as one types', async () => {
  const { page } = visitor;
  await page.getByRole('searchbox').fill('otter-4000');
  await page.getByText('1 of 10,001 runs').waitFor();
  expect(await bodyRows(page).count()).toBe(1);
  expect(new URL(page.url()).searchParams.get('search')).toBe('otter-4000');
});
