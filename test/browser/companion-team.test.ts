import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpoint } from '@benchmate/shared/protocol/endpoint';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';
import { axeViolations } from './support/axe.ts';
import { openBrowser, photograph, setLook, visit, type Look } from './support/pages.ts';

let bench: TeamBench;
let browser: Browser;
let ana: Device;
let ben: Device;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openTeamBench(), openBrowser()]);
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

const companionOf = ({ client, dataDir }: Device) => ({
  url: endpoint.parse(JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8'))).url,
  link: async (path = '/') => (await client.system.companionLink.mutate({ path })).url,
});

test('a team is made in the companion: connect, invite, join, and both see each other', async () => {
  const hers = await visit(browser, companionOf(ana), '/team');
  await hers.page.getByText('You work alone: nothing leaves this machine.').waitFor();
  await hers.page.getByRole('textbox', { name: 'Address' }).fill(bench.serverUrl);
  await hers.page.getByRole('button', { name: 'Connect' }).click();
  await hers.page.getByText('Everything is shared.').waitFor();
  await hers.page.getByRole('combobox', { name: 'Role' }).selectOption('maintainer');
  await hers.page.getByRole('button', { name: 'Make a link' }).click();
  const link = await hers.page.getByRole('textbox', { name: 'Link, valid once' }).inputValue();

  const his = await visit(browser, companionOf(ben), '/team');
  await his.page.getByRole('textbox', { name: 'Invite link' }).fill(link);
  await his.page.getByRole('textbox', { name: 'Your name there' }).fill('Ben Nevis');
  await his.page.getByRole('button', { name: 'Join' }).click();
  await his.page.getByText('Everything is shared.').waitFor();
  await hers.page.getByRole('combobox', { name: 'What Ben Nevis may do' }).waitFor();
  expect(await hers.page.getByRole('combobox', { name: 'What Ben Nevis may do' }).inputValue()).toBe('maintainer');
  await his.page.getByText('Ben Nevis').first().waitFor();
  await his.page.getByText('maintainer', { exact: true }).waitFor();
  await photograph(hers.page, 'team-two');
  await hers.page.getByRole('button', { name: 'Pause sharing' }).click();
  await hers.page.getByText(/^Sharing is paused/).waitFor();
  await hers.page.getByRole('button', { name: 'Resume sharing' }).click();
  await hers.page.getByText('Everything is shared.').waitFor();
  expect([...hers.complaints, ...his.complaints]).toEqual([]);
  await hers.context.close();
  await his.context.close();
});

test('a code to read aloud is made, and an open invite is withdrawn', async () => {
  const { page, context, complaints } = await visit(browser, companionOf(ana), '/team');
  await page.getByRole('button', { name: 'Make a code to read aloud' }).click();
  const code = await page.getByRole('textbox', { name: 'Code, valid once' }).inputValue();
  expect(code).toMatch(/^127\.0\.0\.1:\d+ \d+(-[a-z]+){3}$/);
  await page.getByText('made by').waitFor();
  await photograph(page, 'team-open-invite');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Withdraw the invite for A reviewer' }).click();
  await page.getByText('made by').waitFor({ state: 'detached' });
  expect((await ana.client.team.state.query()).invites).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a review: the inbox asks for it, the box says what approving allows, and then it is allowed', async () => {
  await ana.client.registry.setPolicy.mutate({ alias: 'champion', approvals: 1 });
  await ana.client.registry.register.mutate({ model: 'churn', runId: null, source: 's3://bucket/churn/1' });
  await until(async () => (await ben.client.registry.list.query()).length === 1);
  const { page, context } = await visit(browser, companionOf(ben), '/inbox');
  await photograph(page, 'inbox-review');
  await page.getByRole('link', { name: /^Review v1 churn v1 asks for your verdict; Ana registered it/ }).click();
  await page.getByText('Approving allows a maintainer to promote v1 to champion (1 of 1 approvals).').waitFor();
  await page.getByRole('button', { name: 'Promote' }).click();
  await page.getByRole('alert').getByText('NEEDS_APPROVAL').waitFor();
  await page.getByRole('textbox', { name: 'Comment' }).fill('Checked the **slices**.');
  await page.getByRole('button', { name: 'Approve v1' }).click();
  await page.getByText('1 approved').waitFor();
  await photograph(page, 'model-approved');
  await page.getByRole('button', { name: 'Promote' }).click();
  await page.getByRole('navigation', { name: 'Versions' }).getByText('champion').waitFor();
  await page.getByText('Ben Nevis approved churn v1').waitFor();
  expect((await ana.client.registry.get.query({ model: 'churn' })).versions).toHaveLength(1);
  await context.close();
});

test('a contested alias says why, what serves meanwhile, and is settled with one press', async () => {
  for (const version of [2, 3]) {
    await ana.client.registry.register.mutate({ model: 'churn', runId: null, source: `s3://bucket/churn/${version}` });
    await until(async () => (await ben.client.registry.get.query({ model: 'churn' })).versions.length === version);
  }
  await ana.client.registry.setPolicy.mutate({ alias: 'champion', approvals: 0 });
  await until(async () => (await ben.client.registry.policies.query())['champion'] === 0);
  for (const { client } of [ana, ben]) await client.team.setPaused.mutate({ paused: true });
  await ana.client.registry.promote.mutate({ model: 'churn', version: 2, alias: 'champion' });
  await ben.client.registry.promote.mutate({ model: 'churn', version: 3, alias: 'champion' });
  for (const { client } of [ana, ben]) await client.team.setPaused.mutate({ paused: false });
  await until(async () => (await ana.client.registry.get.query({ model: 'churn' })).aliases[0]?.contested);

  const { page, context, complaints } = await visit(browser, companionOf(ana), '/inbox');
  await page.getByRole('link', { name: /^Choose a version champion of churn is contested/ }).click();
  await page.getByText('Serving stays on v1 until one is chosen.').waitFor();
  for (const look of ['light', 'dark', 'contrast'] as Look[])
    for (const width of [1600, 400]) {
      await page.setViewportSize({ width, height: 900 });
      await setLook(page, look);
      await photograph(page, `contested-${look}-${width}`);
      expect(await axeViolations(page)).toEqual([]);
    }
  await page.getByRole('textbox', { name: 'Reason, for the history' }).fill('Better recall.');
  await page.getByRole('button', { name: 'Choose v3' }).click();
  await page.getByRole('heading', { name: 'champion is contested' }).waitFor({ state: 'detached' });
  await until(async () => {
    const { aliases, versions } = await ben.client.registry.get.query({ model: 'churn' });
    return aliases[0]?.holder === versions.find(({ version }) => version === 3)?.versionId;
  });
  expect(complaints).toEqual([]);
  await context.close();
});
