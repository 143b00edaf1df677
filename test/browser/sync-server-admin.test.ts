import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { readAdmin, type AdminAccess } from '../../sync-server/src/admin/admin-file.ts';
import { updateFrame } from '../../sync-server/src/rooms/frames.ts';
import { insertion, openDocument, session, share, type RawClient } from '../../sync-server/src/simulated-client.ts';
import { runNode } from '../support/run-node.ts';
import { startProgram, type Program } from '../support/program.ts';
import { axeViolations } from './support/axe.ts';
import { openBrowser, photograph, scrollsSideways, setLook, visit, type Look, type Visit } from './support/pages.ts';

// The operator's page of a sync server, in a real browser: who is in, who is connected, and sending a device away.
const dir = mkdtempSync(join(tmpdir(), 'benchmate-admin-'));
const ana = SimulatedDevice.founder('Ana <img src=x onerror=alert(1)>', 1);
const bo = ana.welcome('Bo', 2, 'contributor');
let server: Program<{ url: string }>;
let browser: Browser;
let access: AdminAccess;
let atBo: RawClient;
const sockets: RawClient[] = [];

const admin = async (...args: string[]) => runNode('sync-server/src/main.ts', ['admin', ...args, '--data-dir', dir]);
const linkFrom = async () => ((await (await bearer('/api/link', { method: 'POST' })).json()) as { url: string }).url;
const bearer = (path: string, init: RequestInit = {}) =>
  fetch(`${access.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${access.token}`, 'content-type': 'application/json' },
  });

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startProgram<{ url: string }>('sync-server/src/main.ts', ['--data-dir', dir]),
    openBrowser(),
  ]);
  access = readAdmin(dir)!;
  sockets.push(await share(server.announced.url, ana));
  atBo = await share(server.announced.url, bo);
  const note = await openDocument(server.announced.url, ana);
  note.socket.send(updateFrame(insertion('words '.repeat(2000))));
  await note.next(frame => frame[0] === 8);
  sockets.push(atBo, note);
});
afterAll(async () => {
  for (const { socket } of sockets) socket.terminate();
  await browser?.close();
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function openPage(width = 1600): Promise<Visit> {
  const link = await linkFrom();
  const visited = await visit(browser, { url: access.url, link: async () => link }, '/', width);
  await visited.page.getByRole('heading', { name: 'Members and devices' }).waitFor();
  return visited;
}

async function look(page: Page, name: string): Promise<void> {
  for (const width of [1600, 400]) {
    await page.setViewportSize({ width, height: 900 });
    for (const each of ['light', 'dark', 'contrast'] as Look[]) {
      await setLook(page, each);
      await photograph(page, `../sync-server/${name}-${each}-${width}`);
      expect(await axeViolations(page), `${name} ${each} ${width}`).toEqual([]);
    }
    expect(await scrollsSideways(page), `${name} at ${width} px`).toBe(false);
  }
}

/** Headers of any kind, which `fetch` would not send. */
async function statusWith(method: string, path: string, headers: Record<string, string>): Promise<number> {
  const asked = request(`${access.url}${path}`, { method, headers, agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode!;
}

test('everything needs the token or a cookie, the own address and no foreign page', async () => {
  const paths = ['status', 'members', 'documents', 'connections', 'quotas', 'backup'].map(name => `GET /api/${name}`);
  const acts = ['link', 'revoke', 'readmit', 'sign-out'].map(name => `POST /api/${name}`);
  for (const [method, path] of [...paths, ...acts].map(each => each.split(' ') as [string, string])) {
    expect((await fetch(`${access.url}${path}`, { method })).status, path).toBe(401);
    const wrong = { authorization: `Bearer ${access.token.slice(0, -1)}_` };
    expect((await fetch(`${access.url}${path}`, { method, headers: wrong })).status, path).toBe(401);
    const { host, port } = new URL(access.url);
    const foreign: Record<string, string>[] = [
      { host: `evil.com:${port}` },
      { host, origin: 'https://evil.com' },
      { host, 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign)
      expect(await statusWith(method, path, { ...headers, authorization: `Bearer ${access.token}` }), path).toBe(403);
  }
  expect((await bearer('/api/status')).status).toBe(200);
  expect((await bearer('/api/nothing')).status).toBe(404);
  expect((await bearer('/api/revoke', { method: 'POST', body: '{"device":"../x"}' })).status).toBe(400);
  expect((await fetch(`${server.announced.url}/api/status`)).status).toBe(404);
});

test('a link lets one browser in, once; the page shows what is there and passes axe in every look', async () => {
  const link = (await admin('link')).output.trim();
  const first = await visit(browser, { url: access.url, link: async () => link });
  await first.page.getByRole('heading', { name: 'Members and devices' }).waitFor();
  const second = await visit(browser, { url: access.url, link: async () => link });
  await second.page.getByText('The link was used already').waitFor();
  await look(second.page, 'sign-in');
  await second.context.close();
  const { page, complaints } = first;
  expect(page.url()).toBe(`${access.url}/`);
  await page.getByRole('row', { name: /Bo.*contributor.*member.*1/ }).waitFor();
  expect(await page.getByText(ana.name).count()).toBeGreaterThan(0);
  expect(await page.locator('img').count()).toBe(0);
  await look(page, 'page');
  expect(complaints).toEqual([]);
  await first.context.close();
});

test('a device is revoked and readmitted with the keyboard alone', async () => {
  const { page, context, complaints } = await openPage(400);
  const revoke = page.getByRole('button', { name: /^Revoke Bo/ });
  await revoke.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: /Revoke Bo/ });
  await dialog.waitFor();
  await setLook(page, 'dark');
  await photograph(page, '../sync-server/revoke-dark-400');
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  expect(await revoke.evaluate(button => button === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await atBo.closed).toMatchObject({ code: 4403 });
  expect(await session(server.announced.url, bo)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  const readmit = page.getByRole('button', { name: /^Readmit Bo/ });
  await readmit.waitFor();
  await page.getByText('revoked here').waitFor();
  expect((await admin('readmit', bo.device)).code).toBe(0);
  expect((await bearer('/api/readmit', { method: 'POST', body: JSON.stringify({ device: bo.device }) })).status).toBe(
    404,
  );
  sockets.push(await share(server.announced.url, bo));
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('benchmate-sync admin link').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('the commands tell the same as JSON, and what is wrong with a code', async () => {
  const told = async (name: string) => JSON.parse((await admin(name, '--json')).output) as unknown;
  expect(await told('status')).toMatchObject({
    ready: true,
    storage: 'SQLite',
    documents: 1,
    teams: 1,
    url: server.announced.url,
  });
  expect(await told('devices')).toContainEqual(expect.objectContaining({ device: bo.device, revoked: false }));
  expect(await told('connections')).toContainEqual(
    expect.objectContaining({ kind: 'document', device: ana.device, address: '127.0.0.1' }),
  );
  expect((await admin('members')).output).toMatch(/^MEMBER +ROLE/);
  expect((await admin('nonsense')).code).toBe(2);
  expect((await runNode('sync-server/src/main.ts', ['admin', 'status', '--data-dir', tmpdir()])).code).toBe(10);
});
