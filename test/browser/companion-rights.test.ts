import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpoint } from '@benchmate/shared/protocol/endpoint';
import { openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';
import { axeViolations } from './support/axe.ts';
import { openBrowser, photograph, setLook, visit, type Look } from './support/pages.ts';

let bench: TeamBench;
let browser: Browser;
let ana: Device;
let ben: Device;
let bot: Device;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openTeamBench(), openBrowser()]);
  [ana, ben, bot] = await Promise.all([bench.device('Ana'), bench.device('Ben'), bench.device('Bot')]);
  await ana.client.team.connect.mutate({ serverUrl: bench.serverUrl });
  const { link } = await ana.client.team.invite.mutate({ role: 'contributor' });
  await ben.client.team.join.mutate({ link, name: 'Ben Nevis' });
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

const companionOf = ({ client, dataDir }: Device) => ({
  url: endpoint.parse(JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8'))).url,
  link: async (path = '/') => (await client.system.companionLink.mutate({ path })).url,
});

test('the team page changes roles, adds an agent, makes a recovery key, and looks right everywhere', async () => {
  const { page, complaints, context } = await visit(browser, companionOf(ana), '/team');
  const role = page.getByRole('combobox', { name: 'What Ben Nevis may do' });
  await role.focus();
  await page.keyboard.type('maintainer');
  await until(async () => (await ben.client.team.state.query()).me.role === 'maintainer');
  expect(await role.getByRole('option').allInnerTexts()).toHaveLength(5);

  // The last owner stays one, and the page says so.
  await page.getByRole('combobox', { name: 'What Ana may do' }).selectOption('viewer');
  await page.getByRole('alert').getByText('The last owner stays an owner.').waitFor();
  expect(await page.getByRole('combobox', { name: 'What Ana may do' }).inputValue()).toBe('owner');

  await page.getByRole('button', { name: 'Add an agent' }).press('Enter');
  const link = await page.getByRole('textbox', { name: 'Link for the agent' }).inputValue();
  await bot.client.team.join.mutate({ link, name: 'Nightly' });
  await page.getByText('Nightly, agent').waitFor();
  await page.getByRole('button', { name: 'Make a recovery key' }).press('Enter');
  const key = page.getByRole('textbox', { name: 'Recovery key, shown once' });
  await expect.poll(() => key.inputValue()).toMatch(/^(\w{4}-){8}\w{4}$/);
  await page.getByRole('button', { name: 'Make a new recovery key' }).waitFor();

  for (const look of ['light', 'dark', 'contrast'] satisfies Look[])
    for (const width of [400, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await setLook(page, look);
      await photograph(page, `rights-${look}-${width}`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await axeViolations(page), `${look} ${width}`).toEqual([]);
    }

  // Who may not change roles reads them, with what they mean.
  await bot.client.registry.register.mutate({ model: 'churn', runId: null, source: 's3://bucket/churn/1' });
  const other = await visit(browser, companionOf(ben), '/team');
  await other.page.getByText('maintainer', { exact: true }).first().waitFor();
  expect(await other.page.getByRole('combobox', { name: /^What .* may do/ }).count()).toBe(0);
  await other.page.goto(new URL('/models/churn', other.page.url()).href);
  await other.page.getByText('Nightly (agent) registered churn v1').waitFor();
  await other.page.getByText('Agent', { exact: true }).first().waitFor({ state: 'attached' });
  // The browser itself notes the one refusal.
  expect([...complaints, ...other.complaints]).toEqual([expect.stringContaining('403')]);
  await context.close();
  await other.context.close();
});
