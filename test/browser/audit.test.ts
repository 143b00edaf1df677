import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { programFile } from '../support/program-file.ts';
import { axeViolations } from './support/axe.ts';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, photograph, scrollsSideways, visit } from './support/pages.ts';

let bench: Bench;
let browser: Browser;
let promotedAt = '';

beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
  const { registry, team } = bench.client;
  await team.rename.mutate({
    member: 'Ada <img src=x onerror=alert(1)>',
    team: 'Lab & </pre><script>alert(1)</script>',
  });
  for (const source of ['s3://first', 's3://second'])
    await registry.register.mutate({ model: 'churn', runId: null, source });
  await registry.promote.mutate({ model: 'churn', version: 1, alias: 'champion' });
  const [, , promoted] = await bench.client.audit.moments.query({ model: 'churn' });
  promotedAt = promoted!.countsFrom;
  await registry.promote.mutate({ model: 'churn', version: 2, alias: 'champion' });
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

test('the model page goes back in time, decision by decision and to a typed time, by keyboard alone', async () => {
  const { page, complaints } = await visit(browser, bench, '/models/churn/latest');
  const alias = page.getByRole('heading', { level: 2, name: /^champion/ });
  const status = page.getByRole('status').filter({ hasText: 'churn as of' });
  await page.getByRole('link', { name: 'Look back' }).press('Enter');
  await page.getByRole('heading', { name: 'You look at the past' }).waitFor();
  await alias.filter({ hasText: 'pointed to v2' }).waitFor();

  const slider = page.getByRole('slider', { name: 'Decision by decision' });
  await slider.press('ArrowLeft');
  await alias.filter({ hasText: 'pointed to v1' }).waitFor();
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/promoted churn v1 to champion/);
  expect(new URL(page.url()).searchParams.get('as-of')).toBe(promotedAt);
  await slider.press('Home');
  await page.getByText('There was no model of this name.').waitFor();
  await page.getByRole('button', { name: 'Next decision' }).press('Enter');
  await page.getByText('No alias pointed to a version.').waitFor();

  await page.getByLabel('As of, in the time of this machine').fill('2999-03-14T09:00:00');
  await alias.filter({ hasText: 'pointed to v2' }).waitFor();
  expect(await status.innerText()).toContain('14 Mar 2999, 09:00:00');
  expect(await axeViolations(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
  await photograph(page, 'model-past');
  await page.getByRole('link', { name: 'Back to now' }).press('Enter');
  await page.getByRole('heading', { name: 'History' }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('an exported page verifies by itself in a browser, from a file, without a network, and names what was changed', async () => {
  const file = join(bench.dir, 'decisions.html');
  const cli = programFile('desktop/cli/src/main.ts');
  await promisify(execFile)(process.execPath, [
    cli,
    'audit',
    'export',
    '-o',
    file,
    '--data-dir',
    join(bench.dir, 'data'),
  ]);
  const [reads, requests]: [string[], string[]] = [[], []];
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  page.on('dialog', dialog => {
    reads.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('pageerror', error => reads.push(String(error)));
  page.on('request', request => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  expect(await verdict(page)).toMatch(/^✓ All \d+ entries are as their authors signed them/);
  await page.getByRole('cell', { name: /promoted churn v2 to champion/ }).waitFor();
  expect(await page.getByText('onerror=alert(1)').count()).toBeGreaterThan(0);
  expect(await axeViolations(page)).toEqual([]);
  expect([reads, requests]).toEqual([[], [pathToFileURL(file).href]]);

  const whole = readFileSync(file, 'utf8');
  const { device } = (await bench.client.team.state.query()).me;
  const lines = whole.split('\n');
  const second = lines.findIndex(line => line.includes('s3://second'));
  const number = Number(/"seq":(\d+)/.exec(lines[second]!)![1]);
  const about = `device ${device}, entry ${number}: `;
  for (const [changed, findings] of [
    [whole.replace('s3://second', 's3://sacond'), [`${about}The entry is not what its author signed.`]],
    [whole.replace('registered churn v2', 'registered churn v3'), [`${about}The readable text beside the entry`]],
    [lines.toSpliced(second, 1).join('\n'), [`${about}The entry is missing.`, 'The seal is about']],
    [
      lines
        .with(second, lines[second + 1]!)
        .with(second + 1, lines[second]!)
        .join('\n'),
      [`${about}The entry stands after later ones`],
    ],
    [whole.replace('{"seal":{"v":1', '{"seal":{"v":2'), ['There is no seal that holds']],
  ] as const) {
    expect(changed).not.toBe(whole);
    writeFileSync(file, changed);
    await page.reload();
    expect(await verdict(page)).toMatch(/^✗/);
    const told = await page.locator('#findings li').allInnerTexts();
    for (const finding of findings) expect(told.join('\n')).toContain(finding);
  }
  await context.close();
});

async function verdict(page: Page): Promise<string> {
  const line = page.locator('#verdict:is(.good, .bad)');
  await line.waitFor();
  return line.innerText();
}
