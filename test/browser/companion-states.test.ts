import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpoint } from '@benchmate/shared/protocol/endpoint';
import { formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';
import { axeViolations } from './support/axe.ts';
import { openBrowser, photograph, scrollsSideways, setLook, visit, type Look } from './support/pages.ts';

// States that a person meets seldom and has to understand at once: slow, refused, nothing there, gone.
const projectId = 'churn-0a1b2c3d';
let bench: TeamBench;
let browser: Browser;
let ana: Device;
let vic: Device;

beforeAll(async () => {
  [bench, browser] = await Promise.all([openTeamBench(), openBrowser()]);
  [ana, vic] = await Promise.all([bench.device('Ana'), bench.device('Vic')]);
  await formTeam(bench, [ana]);
  const { link } = await ana.client.team.invite.mutate({ role: 'viewer' });
  await vic.client.team.join.mutate({ link, name: 'Vic' });
  await openProject(ana, join(bench.dir, 'churn'), projectId);
  await ana.client.notes.create.mutate({ projectId, title: 'What we know about slices' });
  for (const version of [1, 2, 3])
    await ana.client.registry.register.mutate({ model: 'churn', runId: null, source: `s3://bucket/churn/${version}` });
  await until(async () => (await vic.client.registry.list.query())[0]?.versions.length === 3);
  await until(async () => (await vic.client.notes.list.query({})).length === 1);
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

const companionOf = ({ client, dataDir }: Device) => ({
  url: endpoint.parse(JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8'))).url,
  link: async (path = '/') => (await client.system.companionLink.mutate({ path })).url,
});

/** In every look and two widths: a picture, nothing that axe finds, no scrolling sideways. */
async function look(page: Page, name: string): Promise<void> {
  for (const width of [1600, 400]) {
    await page.setViewportSize({ width, height: 900 });
    for (const each of ['light', 'dark', 'contrast'] as Look[]) {
      await setLook(page, each);
      await photograph(page, `${name}-${each}-${width}`);
      if (each !== 'contrast') expect(await axeViolations(page), `${name} ${each} ${width}`).toEqual([]);
    }
    expect(await scrollsSideways(page), `${name} at ${width} px`).toBe(false);
  }
}

test.for([
  ['/runs', 'Reading runs', 'Nothing has been logged here yet.'],
  ['/models', 'Reading models', 'churn'],
  ['/notes', 'Reading notes', 'What we know about slices'],
  ['/jobs', 'Reading jobs', 'This machine’s queue is empty.'],
  ['/models/churn', 'Reading the model', 'Your verdict on v3'],
] as const)(
  '%s over a slow engine: a skeleton in place after a moment, then the page',
  async ([path, reading, then]) => {
    const { page, context } = await visit(browser, companionOf(ana), '/team');
    await page.getByText('Everything is shared.').waitFor();
    let answer = (): void => {};
    const answered = new Promise<void>(resolve => (answer = resolve));
    await page.route('**/rpc/**', async route => {
      await answered;
      await route.continue();
    });
    await page.goto(new URL(path, page.url()).href);
    await page.getByRole('status', { name: reading }).waitFor();
    await look(page, `slow${path.replaceAll('/', '-')}`);
    answer();
    await page.getByText(then).first().waitFor();
    await page.getByRole('status', { name: reading }).waitFor({ state: 'detached' });
    await context.close();
  },
);

test('a viewer reads everything, and is told who may do what they may not', async () => {
  const { page, context } = await visit(browser, companionOf(vic), '/models/churn');
  await page.getByText('As viewer you may not promote; Ana may.').waitFor();
  await page
    .getByText(/viewer/)
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: /Approve|Promote/ }).count()).toBe(0);
  await look(page, 'viewer-model');
  await page.goto(new URL('/notes', page.url()).href);
  await page.getByText('What we know about slices').first().waitFor();
  await page.getByText('As viewer you may not write notes; Ana may.').waitFor();
  await look(page, 'viewer-notes');
  await page.goto(new URL('/team', page.url()).href);
  await page.getByText('Everything is shared.').waitFor();
  await page.getByText('As viewer you may not invite; Ana may.').waitFor();
  await look(page, 'viewer-team');
  await context.close();
});

test('what is not there, and an address that nobody knows, are said in place', async () => {
  const { page, context } = await visit(browser, companionOf(ana), '/team');
  for (const [path, sentence] of [
    ['/models/none', 'No model is called none.'],
    ['/runs/ffffffffffffffffffffffffffffffff', 'This run is not on this device'],
    ['/jobs/none', 'There is no job none.'],
    ['/nowhere', 'There is no such page.'],
  ] as const) {
    await page.goto(new URL(path, page.url()).href);
    await page.locator('#main').getByText(sentence).first().waitFor();
    await photograph(page, `missing${path.replaceAll('/', '-').slice(0, 20)}`);
    expect(await axeViolations(page), path).toEqual([]);
  }
  await context.close();
});

test('the engine is killed and comes back: the page says so, keeps what it shows, and goes on by itself', async () => {
  const { page, context } = await visit(browser, companionOf(ana), '/models');
  await page.getByText('churn').first().waitFor();
  await ana.kill();
  await page.getByText('Benchmate’s engine is not running.').waitFor({ timeout: 30_000 });
  await page.locator('#main').getByText('churn').first().waitFor();
  await look(page, 'engine-gone');
  await ana.start();
  await context.close();
});
