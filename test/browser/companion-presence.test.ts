import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EvidencePlace } from '@benchmate/shared/domain/presence';
import { openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';
import { axeViolations } from './support/axe.ts';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, photograph, scrollsSideways, setLook, visit, type Look } from './support/pages.ts';
import { curves, experiment, logRun } from './support/seed.ts';

// Presence on evidence (N26): Ada's window, and Mira on an engine of her own.
let bench: Bench;
let team: TeamBench;
let browser: Browser;
let mira: Device;
let runId: string;
const steps = 60;

beforeAll(async () => {
  [bench, team, browser] = await Promise.all([openBench(), openTeamBench(), openBrowser()]);
  mira = await team.device('Mira');
  await bench.client.team.rename.mutate({ member: 'Ada' });
  await bench.client.team.connect.mutate({ serverUrl: team.serverUrl });
  const { link } = await bench.client.team.invite.mutate({ role: 'reviewer' });
  await mira.client.team.join.mutate({ link, name: 'Mira' });
  runId = await logRun(bench, await experiment(bench, 'churn'), { name: 'brisk-otter', metrics: curves(1, steps) });
  await bench.client.registry.register.mutate({ model: 'churn', runId: null, source: 's3://bucket/churn/1' });
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
  await team?.close();
});

const nothing = { metric: null, step: null, section: null, file: null };
const miraLooks = (place: Partial<EvidencePlace> & Pick<EvidencePlace, 'title' | 'path'>) =>
  mira.client.presence.look.mutate({ surface: 'window', place: { ...nothing, ...place } });
const adasPlace = async () => (await mira.client.presence.state.query()).present[0]?.place ?? null;
const follow = (page: Page) => page.getByRole('button', { name: /^Follow Mira/ });

test('others see the step under the pointer, within one, and theirs stands on the chart and in words', async () => {
  const { page, context, complaints } = await visit(browser, bench, `/runs/${runId}`, 1280);
  const area = page.locator('.bm-chart', { hasText: 'val/loss' }).locator('.u-over');
  await area.waitFor();
  await until(async () => (await adasPlace())?.title === 'brisk-otter');
  const box = (await area.boundingBox())!;
  for (const part of [0.25, 0.8]) {
    await page.mouse.move(box.x + box.width * part, box.y + box.height / 2);
    await until(async () => {
      const place = await adasPlace();
      return place?.metric === 'val/loss' && Math.abs((place.step ?? -9) - part * (steps - 1)) <= 1;
    });
  }
  await miraLooks({ title: 'brisk-otter', path: `/runs/${runId}`, metric: 'val/auc', step: 33 });
  await page.getByText('Mira points at step 33.').waitFor({ state: 'attached' });
  for (const look of ['light', 'dark', 'contrast'] satisfies Look[])
    for (const width of [400, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await setLook(page, look);
      await photograph(page, `presence-${look}-${width}`);
      expect(await scrollsSideways(page), `${look} ${width}`).toBe(false);
      expect(await axeViolations(page), `${look} ${width}`).toEqual([]);
    }
  expect(complaints).toEqual([]);
  await context.close();
  await until(async () => (await adasPlace()) === null);
});

test('a press follows somebody from page to page with the keyboard alone, until one goes elsewhere or they leave', async () => {
  await miraLooks({ title: 'churn', path: '/models/churn/latest' });
  const { page, context, complaints } = await visit(browser, bench, '/notes');
  await follow(page).press('Enter');
  await page.waitForURL('**/models/churn/latest');
  await page.getByRole('status').getByText('You follow Mira: churn.').waitFor({ state: 'attached' });
  await miraLooks({ title: 'brisk-otter', path: `/runs/${runId}`, metric: 'val/loss', step: 12 });
  await page.waitForURL(`**/runs/${runId}`);
  await page.getByText('Mira points at step 12.').waitFor({ state: 'attached' });
  expect(await follow(page).getAttribute('aria-pressed')).toBe('true');

  await page.getByRole('link', { name: 'Jobs' }).click();
  await expect.poll(() => follow(page).getAttribute('aria-pressed')).toBe('false');
  await miraLooks({ title: 'Inbox', path: '/inbox' });
  await page.getByRole('button', { name: /^Follow Mira\s*: Inbox/ }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/jobs');

  // Something that the companion has no page for is told, and leads nowhere.
  await follow(page).press('Enter');
  await page.waitForURL('**/inbox');
  await miraLooks({
    title: 'train.py',
    path: null,
    file: { projectId: 'churn-0123456789', path: 'train.py', line: 11 },
  });
  await page.getByRole('button', { name: /^Follow Mira\s*: train.py · line 12/ }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/inbox');
  await mira.client.presence.look.mutate({ surface: 'window', place: null });
  await follow(page).waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
  await context.close();
});

test('an editor’s link is followed on from, and a run that is not here is said to be on whose device', async () => {
  const { device } = await mira.client.team.state.query();
  await miraLooks({ title: 'churn', path: '/models/churn/latest' });
  const { page, context } = await visit(browser, bench, `/models/churn/latest?follow=${encodeURIComponent(device)}`);
  await expect.poll(() => follow(page).getAttribute('aria-pressed')).toBe('true');
  expect(new URL(page.url()).search).toBe('');
  await miraLooks({ title: 'quiet-owl', path: `/runs/${'0'.repeat(32)}` });
  await page.getByRole('heading', { name: 'This run is on Mira’s device' }).waitFor();
  await page.getByText('Mira looks at it now, and can share it').waitFor();
  await photograph(page, 'run-elsewhere');
  expect(await axeViolations(page)).toEqual([]);
  await context.close();
});

test('one switch on the team page makes it private', async () => {
  const { page, context, complaints } = await visit(browser, bench, '/team');
  await until(async () => (await adasPlace()) !== null);
  const told = page.getByRole('checkbox', { name: 'Teammates see what I look at' });
  await told.press('Space');
  await until(async () => (await mira.client.presence.state.query()).present.length === 0);
  await expect.poll(() => told.isChecked()).toBe(false);
  await told.press('Space');
  await until(async () => (await adasPlace()) !== null);
  expect(complaints).toEqual([]);
  await context.close();
});
