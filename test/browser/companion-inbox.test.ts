import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { startThread } from '@benchmate/shared/documents/threads-document';
import { endpoint } from '@benchmate/shared/protocol/endpoint';
import { openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';
import { axeViolations } from './support/axe.ts';
import { openBrowser, photograph, scrollsSideways, setLook, visit, type Look } from './support/pages.ts';

const longName = 'Wolfeschlegelsteinhausenbergerdorff von und zu Hohenlinden-So';
const projectId = 'churn-0a1b2c3d';
let bench: TeamBench;
let browser: Browser;
let ana: Device;
let ben: Device;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openTeamBench(), openBrowser()]);
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
  await ana.client.team.connect.mutate({ serverUrl: bench.serverUrl });
  const { link } = await ana.client.team.invite.mutate({ role: 'maintainer' });
  await ben.client.team.join.mutate({ link, name: longName });
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

const addressOf = ({ dataDir }: Device) =>
  endpoint.parse(JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8')));
const companionOf = (device: Device) => ({
  url: addressOf(device).url,
  link: async (path = '/') => (await device.client.system.companionLink.mutate({ path })).url,
});

type Looked = [Look, width: number];
const wide: Looked = ['light', 1280];
const dark: Looked = ['dark', 400];
const contrast: Looked = ['contrast', 400];

/** A picture in each of these looks; nothing that axe finds, no scrolling sideways. */
async function look(page: Page, name: string, ...looks: Looked[]): Promise<void> {
  for (const [each, width] of looks) {
    await page.setViewportSize({ width, height: 900 });
    await setLook(page, each);
    await photograph(page, `${name}-${each}-${width}`);
    expect(await axeViolations(page), `${name} ${each} ${width}`).toEqual([]);
    expect(await scrollsSideways(page), `${name} at ${width} px`).toBe(false);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

test('the inbox is empty, fills by itself, and is worked off with the keyboard', async () => {
  const { page, complaints, context } = await visit(browser, companionOf(ben), '/inbox');
  await page.getByText('Nothing waits for you.').waitFor();
  await look(page, 'inbox-none', contrast);
  await ana.client.registry.setPolicy.mutate({ alias: 'champion', approvals: 2 });
  await ana.client.registry.register.mutate({ model: 'churn', runId: null, source: 's3://bucket/churn/1' });
  const review = page.getByRole('link', { name: /^Review v1 churn v1 asks for your verdict; Ana registered it\./ });
  await review.waitFor();
  await page.getByRole('navigation', { name: 'Benchmate' }).getByRole('link', { name: 'Inbox 1 waiting' }).waitFor();

  await ben.client.team.setPaused.mutate({ paused: true });
  await ben.client.registry.register.mutate({ model: 'fraud.eu', runId: null, source: 's3://bucket/fraud/1' });
  await page
    .getByText(/^1 change \(\d+ B\) is not shared: sharing is paused\.$/)
    .first()
    .waitFor();
  await ben.client.team.setPaused.mutate({ paused: false });
  const hers = () => ana.client.registry.list.query();
  await until(async () => (await hers()).length === 2);
  await ana.client.registry.approve.mutate({
    model: 'fraud.eu',
    version: 1,
    verdict: 'request-changes',
    comment: 'Say which split it was measured on, and by whom.',
  });
  await page.getByText('Ana asked for changes to fraud.eu v1.', { exact: true }).first().waitFor();
  await page.getByRole('status').getByText('2 waiting').waitFor();
  await page.getByText('What shows it').click();
  await look(page, 'inbox-few', wide, dark, contrast);

  await page.getByRole('combobox', { name: 'Project' }).selectOption('fraud');
  await review.waitFor({ state: 'detached' });
  expect(new URL(page.url()).search).toBe('?project=fraud');
  await page.getByRole('button', { name: /^Put away Ana asked for changes/ }).press('Enter');
  await page.getByText('Nothing of that waits for you.').waitFor();
  await page.getByRole('combobox', { name: 'Project' }).selectOption('');
  await review.press('Enter');
  await page.getByRole('button', { name: 'Approve v1' }).press('Enter');
  await page.getByText('1 approved').waitFor();
  await page.getByRole('link', { name: 'Inbox', exact: true }).click();
  await page.getByText('Nothing waits for you.').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('ten thousand threads without their text: the page shows the first, finds any, and the engine goes on answering', async () => {
  const dir = join(bench.dir, 'churn');
  mkdirSync(dir);
  const card = '# Churn\n\nThe model was trained on Norwegian customers alone.\n';
  writeFileSync(join(dir, 'MODEL_CARD.md'), card);
  await openProject(ana, dir, projectId);
  const anchor = makeAnchor(card, { start: 9, end: 60 });
  await ana.client.reviews.start.mutate({ projectId, path: 'MODEL_CARD.md', anchor, body: 'The first' });
  const { url, token } = addressOf(ana);
  const { teamId, device } = await ana.client.team.state.query();
  await ana.client.team.setPaused.mutate({ paused: true });
  const key = createHash('sha256').update('MODEL_CARD.md').digest('hex').slice(0, 16);
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(
    `${url.replace('http', 'ws')}/documents`,
    documentIds.threads(teamId, projectId, key),
    doc,
    { protocols: [`benchmate.token.${token}`], disableBc: true, WebSocketPolyfill: WebSocket as never },
  );
  await until(() => provider.synced);
  for (let from = 0; from < 10_000; from += 2500)
    doc.transact(() => {
      for (let number = from; number < from + 2500; number++)
        startThread(doc, {
          threadId: `t${number}`,
          anchor,
          comment: {
            commentId: `c${number}`,
            author: { device, name: 'Ana' },
            body: `Question ${number}`,
            at: number + 1,
          },
        });
    });
  writeFileSync(join(dir, 'MODEL_CARD.md'), '# Churn\n\nSomething else altogether stands here now.\n');
  const { page, complaints, context } = await visit(browser, companionOf(ana), '/inbox');
  await page.getByText(/^10,?00[1-9] waiting$/).waitFor({ timeout: 90_000 });
  provider.destroy();
  await page.getByText('The first 200 are shown.').waitFor();
  expect(await page.getByRole('listitem').count()).toBeLessThan(500);
  const find = page.getByRole('searchbox', { name: 'Find in the inbox' });
  await find.fill('not shared');
  await page
    .getByText(/are not shared: sharing is paused/)
    .first()
    .waitFor();
  await find.fill('');
  await page.getByText('The first 200 are shown.').waitFor();
  const begun = performance.now();
  await ana.client.team.state.query();
  expect(performance.now() - begun).toBeLessThan(1000);
  await look(page, 'inbox-ten-thousand', dark);
  await page
    .getByRole('link', { name: /^Read the thread What the thread of Ana was about is gone/ })
    .first()
    .press('Enter');
  await page.getByRole('heading', { name: 'Thread on MODEL_CARD.md' }).waitFor();
  await page.getByRole('button', { name: 'Resolve' }).press('Enter');
  await page.getByRole('button', { name: 'Reopen' }).waitFor();
  await look(page, 'inbox-thread', wide);
  await page.getByRole('link', { name: 'Inbox 999+ waiting' }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
  await ana.client.team.setPaused.mutate({ paused: false });
});

test('roles in projects: a table that owners change after a question, and others read', async () => {
  const { page, complaints, context } = await visit(browser, companionOf(ana), '/team');
  const cell = page.getByRole('combobox', { name: `What ${longName} may do in churn, models` });
  await cell.selectOption('viewer');
  const dialog = page.getByRole('dialog', { name: `Make ${longName} viewer in churn, models?` });
  await dialog.getByText(`Elsewhere ${longName} stays maintainer.`).waitFor();
  await page.keyboard.press('Escape');
  expect(await cell.inputValue()).toBe('');
  await cell.selectOption('viewer');
  await dialog.getByRole('button', { name: 'Make viewer' }).press('Enter');
  await until(async () => (await ben.client.team.state.query()).me.projects['churn'] === 'viewer');
  await expect.poll(() => cell.inputValue()).toBe('viewer');
  await page.getByRole('heading', { name: 'Roles in projects' }).scrollIntoViewIfNeeded();
  await look(page, 'project-roles', dark);

  const his = await visit(browser, companionOf(ben), '/team');
  await his.page.getByRole('heading', { name: 'Roles in projects' }).waitFor();
  await his.page.getByText('As maintainer you may not change roles; Ana may.').waitFor();
  expect(await his.page.getByRole('table').getByRole('combobox').count()).toBe(0);
  await his.page.getByRole('cell', { name: 'viewer' }).waitFor();
  expect([...complaints, ...his.complaints]).toEqual([]);
  await context.close();
  await his.context.close();
});

test('desktop notifications: asked for by a button, told once, never of own acts, never while a page is looked at', async () => {
  const { page, complaints, context } = await visit(browser, companionOf(ben), '/inbox');
  await context.grantPermissions(['notifications'], { origin: addressOf(ben).url });
  // The browser's own notifications, noted; and whether the person looks, which a browser without a screen always says.
  await context.addInitScript(() => {
    const shown: string[] = [];
    const looks = { at: false };
    Object.assign(window, { shown, looks });
    document.hasFocus = () => looks.at;
    window.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        shown.push(options?.body ?? '');
      }
    };
  });
  const other = await context.newPage();
  for (const each of [page, other]) await each.goto(new URL('/inbox', page.url()).href);
  const shown = async () => {
    const each = await Promise.all(
      [page, other].map(tab => tab.evaluate(() => (window as unknown as { shown: string[] }).shown)),
    );
    return each.flat().sort((a, b) => (a < b ? -1 : 1)); // either tab tells of an event
  };
  const button = page.getByRole('button', { name: 'Desktop notifications' });
  expect(await button.getAttribute('aria-pressed')).toBe('false');
  await button.press('Enter');
  await page.getByRole('button', { name: 'Desktop notifications', pressed: true }).waitFor();
  await other.getByRole('button', { name: 'Desktop notifications', pressed: true }).waitFor();
  await ben.client.registry.setPolicy.mutate({ alias: 'champion', approvals: 0 });
  await ben.client.registry.promote.mutate({ model: 'fraud.eu', version: 1, alias: 'champion' });
  await ana.client.registry.approve.mutate({ model: 'fraud.eu', version: 1 });
  await expect.poll(shown).toEqual(['Ana approved fraud.eu v1.']);
  await other.evaluate(() => ((window as unknown as { looks: { at: boolean } }).looks.at = true));
  const told = other.waitForResponse(response => response.url().includes('inbox.claimNotice'));
  await ana.client.registry.promote.mutate({ model: 'fraud.eu', version: 1, alias: 'challenger' });
  await told;
  await other.evaluate(() => ((window as unknown as { looks: { at: boolean } }).looks.at = false));
  await ana.client.registry.approve.mutate({ model: 'fraud.eu', version: 1, verdict: 'request-changes' });
  const answers = ['Ana approved fraud.eu v1.', 'Ana asked for changes to fraud.eu v1.'];
  await expect.poll(shown).toEqual(answers);
  await ana.client.registry.register.mutate({ model: 'fraud.eu', runId: null, source: 's3://bucket/fraud' });
  await ana.client.modelReviews.request.mutate({ model: 'fraud.eu', version: 2, people: [longName] });
  await expect.poll(shown).toEqual([...answers, 'Ana asks you to review fraud.eu v2.']);
  await button.press('Enter');
  await other.getByRole('button', { name: 'Desktop notifications', pressed: false }).waitFor();

  // A file is reviewed on a page of its own; what is asked leads there, and a changed file makes the verdict one of the past.
  const folder = join(bench.dir, 'asked');
  await openProject(ana, folder, 'asked-0a1b2c3d');
  writeFileSync(join(folder, 'MODEL_CARD.md'), '---\nlicense: mit\n---\n# Asked of all\n');
  await ben.client.projects.open.mutate({ dir: folder });
  const about = { projectId: 'asked-0a1b2c3d', path: 'MODEL_CARD.md' };
  await ana.client.fileReviews.request.mutate({ ...about, people: [longName], comment: 'Enough?' });
  await page.getByRole('link', { name: /^Review the file Ana asks you to review MODEL_CARD\.md/ }).click();
  await page.getByRole('heading', { level: 1, name: 'MODEL_CARD.md' }).waitFor();
  await page.getByText('Enough?').waitFor();
  await page.getByText('license: mit').waitFor();
  await page.getByRole('heading', { name: 'Asked of all' }).waitFor();
  await look(page, 'file-review', wide, dark, contrast);
  await page.getByRole('textbox', { name: 'Comment' }).fill('Say whose data.');
  await page.getByRole('button', { name: 'Ask for changes' }).press('Enter');
  await page.getByText('asked for changes').waitFor();
  expect(await page.getByText('About what it said before').count()).toBe(0);
  writeFileSync(join(folder, 'MODEL_CARD.md'), '# Asked\n\nOf our own.\n');
  await page.reload();
  await page.getByText('About what it said before').waitFor();

  // Who had been asked stands on the page of the past, too.
  await ana.client.registry.promote.mutate({ model: 'fraud.eu', version: 2, alias: 'challenger' });
  await until(async () =>
    (await ben.client.registry.get.query({ model: 'fraud.eu' })).aliases.some(
      ({ alias, contested }) => alias === 'challenger' && !contested,
    ),
  );
  await page.goto(new URL('/models/fraud.eu/latest?as-of=2999-01-01T00:00:00.000Z', page.url()).href);
  await page.getByRole('heading', { name: 'challenger pointed to v2' }).waitFor();
  await page.getByText('had been asked for a review by Ana').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('webhooks: added with a secret that is shown once, tested, watched, paused, removed', async () => {
  let status = 500;
  const received: string[] = [];
  const receiver = createServer((request, response) => {
    request.resume().on('end', () => {
      received.push(String(request.headers['webhook-id']));
      response.writeHead(status).end();
    });
  });
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const { page, complaints, context } = await visit(browser, companionOf(ben), '/webhooks');
  await page.getByText('This device tells no other program what happens.').waitFor();
  await page.getByRole('textbox', { name: 'Address' }).fill(url);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('checkbox', { name: 'It may reach this machine' }).check();
  await page.getByRole('checkbox', { name: /^alias\.set/ }).check();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const secret = page.getByRole('textbox', { name: 'Secret, shown once' });
  await expect.poll(() => secret.inputValue()).toMatch(/^whsec_/);
  await look(page, 'webhooks', dark);

  await page.getByRole('link', { name: url }).press('Enter');
  await page.getByRole('button', { name: 'Send a test' }).press('Enter');
  await page
    .getByText(/answered 500/)
    .first()
    .waitFor();
  status = 204;
  await page.getByRole('button', { name: 'Send a test' }).press('Enter');
  await page.getByText('The receiver answered 204.').waitFor();
  await page.getByRole('button', { name: 'Pause' }).press('Enter');
  await page.getByText('What happens while it is paused is not sent.').waitFor();
  await page.getByRole('button', { name: 'Resume' }).press('Enter');
  status = 503;
  await ben.client.registry.promote.mutate({ model: 'fraud.eu', version: 1, alias: 'staging' });
  await page.getByText(/It is tried again (now|in \d+ s)/).waitFor();
  await page.getByRole('row', { name: /alias\.set waiting/ }).waitFor();
  await look(page, 'webhook', wide, contrast);
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByText('and what waits is dropped').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).press('Enter');
  await page.getByText('This device tells no other program what happens.').waitFor();
  expect(received.length).toBeGreaterThanOrEqual(3);
  expect(complaints).toEqual([expect.stringContaining('400')]);
  await context.close();
  receiver.closeAllConnections();
  await new Promise(resolve => receiver.close(resolve));
});
