import { once } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SyncServer } from '../server.ts';
import { temporaryServer } from '../simulated-client.ts';
import { readCompanion } from './files.ts';

let dir: string;
let server: SyncServer;
let plain: SyncServer;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-pages-'));
  const folder = join(dir, 'companion');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(dir, 'secret.js'), 'canary');
  writeFileSync(join(folder, 'index.html'), '<script src="/assets/index-1.js"></script><link href="/icon.svg">');
  writeFileSync(join(folder, 'assets/index-1.js'), 'export {};');
  writeFileSync(join(folder, 'replica.js'), 'export {};');
  writeFileSync(join(folder, '.env'), 'canary');
  symlinkSync(join(dir, 'secret.js'), join(folder, 'linked.js'));
  server = await temporaryServer({ companion: folder });
  plain = await temporaryServer({ companion: false });
});
afterAll(async () => {
  await server?.close();
  await plain?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** One request as a stranger writes it: clients would tidy the path up. */
async function rawGet(path: string, headers: Record<string, string> = {}, to = server.url): Promise<string> {
  const { port, host } = new URL(to);
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.on('data', data => (answer += String(data)));
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${lines.join('')}Connection: close\r\n\r\n`);
  await once(socket, 'close');
  return answer;
}

const get = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, { redirect: 'manual', ...init });

test.each(['/companion/', '/companion/models/churn/v1', '/companion/team?x=1'])(
  '%s is the page, under a strict policy',
  async path => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(
      '<script src="/companion/assets/index-1.js"></script><link href="/companion/icon.svg">',
    );
    const policy = response.headers.get('content-security-policy') ?? '';
    const rules = new Map(policy.split('; ').map(rule => [rule.split(' ')[0], rule.split(' ').slice(1)]));
    expect(rules.get('default-src')).toEqual(["'none'"]);
    expect(rules.get('script-src')).toEqual(["'self'"]);
    expect(rules.get('connect-src')).toEqual(["'self'"]);
    for (const name of ['frame-ancestors', 'base-uri', 'form-action', 'object-src'])
      expect(rules.get(name)).toEqual(["'none'"]);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-cache');
  },
);

test('files whose names change with their content are kept for ever, the others are asked for again', async () => {
  expect((await get('/companion/assets/index-1.js')).headers.get('cache-control')).toContain('immutable');
  const first = await get('/companion/replica.js');
  expect(first.headers.get('content-type')).toContain('text/javascript');
  expect(first.headers.get('cache-control')).toBe('no-cache');
  const etag = first.headers.get('etag')!;
  expect((await get('/companion/replica.js', { headers: { 'if-none-match': etag } })).status).toBe(304);
  expect((await get('/companion')).headers.get('location')).toBe('/companion/');
});

test.each([
  '/companion/../secret.js',
  '/companion/%2e%2e/secret.js',
  '/companion/..%2fsecret.js',
  '/companion/assets/../../secret.js',
  '/companion/assets\\..\\..\\secret.js',
  '/companion/%00.js',
  '/companion/.env',
  '/companion/linked.js',
  '/companion//etc/passwd.js',
  '/companion/__proto__.js',
])('%s leads to no other file', async path => {
  const answer = await rawGet(path);
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(answer).not.toContain('canary');
});

test('nothing is changed at a page, and without the companion there is none', async () => {
  expect((await get('/companion/', { method: 'POST', body: '{}' })).status).toBe(404);
  expect((await get('/companion/', { method: 'HEAD' })).status).toBe(200);
  expect((await fetch(`${plain.url}/companion/`)).status).toBe(404);
});

test('a server that was built without the companion says so', () => {
  expect(readCompanion(join(dir, 'nowhere'))).toBeNull();
});

test('only the own page may talk to the server, and a link from elsewhere may open it', async () => {
  const ask = (url: string, headers: Record<string, string>) => rawGet('/health', headers, url);
  const own = new URL(server.url).origin;
  expect(await ask(server.url, { Origin: own })).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(server.url, { Origin: 'https://evil.example' })).toMatch(/^HTTP\/1\.1 403 /);
  expect(await ask(plain.url, { Origin: new URL(plain.url).origin })).toMatch(/^HTTP\/1\.1 403 /);
  const fromMail = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
  expect(await rawGet('/companion/models', fromMail)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await rawGet('/health', fromMail)).toMatch(/^HTTP\/1\.1 403 /);
  expect(await rawGet('/companion/models', { ...fromMail, 'Sec-Fetch-Mode': 'cors' })).toMatch(/^HTTP\/1\.1 403 /);
});
