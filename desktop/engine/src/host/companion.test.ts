import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TurnedClock } from './turned-clock.ts';
import { temporaryEngine, type TemporaryEngine } from './temporary-engine.ts';

const clock = new TurnedClock();
let engine: TemporaryEngine;
let canary: string;
beforeAll(async () => {
  engine = await temporaryEngine({ clock });
  canary = engine.token;
});
afterAll(() => engine.dispose());

const host = () => `127.0.0.1:${engine.port}`;
const ownPage = () => ({ host: host(), origin: `http://${host()}`, 'sec-fetch-site': 'same-origin' });
const json = { 'content-type': 'application/json' };

async function link(path = '/'): Promise<string> {
  const answer = await engine.ask({
    method: 'POST',
    path: '/rpc/system.companionLink',
    headers: { ...json, host: host(), authorization: `Bearer ${engine.token}` },
    body: JSON.stringify({ path }),
  });
  return (JSON.parse(answer.body) as { result: { data: { url: string } } }).result.data.url;
}

const redeem = (code: string) =>
  engine.ask({ method: 'POST', path: '/session', headers: { ...json, ...ownPage() }, body: JSON.stringify({ code }) });

async function cookie(): Promise<string> {
  const { hash } = new URL(await link());
  const answer = await redeem(hash.slice(1, hash.indexOf('/')));
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

test('E17 a link opens the companion once, within two minutes', async () => {
  const url = await link('/models/churn');
  expect(url).toMatch(new RegExp(`^http://${host()}/open#[\\w-]{43}/models/churn$`));
  const code = new URL(url).hash.slice(1, 44);
  const first = await redeem(code);
  expect(first.status).toBe(200);
  expect(String(first.headers['set-cookie'])).toMatch(
    new RegExp(`^benchmate-${engine.port}=[\\w.-]+; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Strict$`),
  );
  expect((await redeem(code)).status).toBe(401);
  const late = new URL(await link()).hash.slice(1, 44);
  clock.turn(121_000);
  expect((await redeem(late)).status).toBe(401);
  expect((await redeem('x'.repeat(43))).status).toBe(401);
});

test('E17 the cookie opens calls and sockets to the engine’s own pages alone', async () => {
  const secret = { cookie: await cookie() };
  const info = (headers: Record<string, string>) =>
    engine.ask({ path: '/rpc/system.info', headers: { ...secret, ...headers } });
  expect((await info(ownPage())).status).toBe(200);
  expect((await info({ host: host(), 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  expect((await info({ host: host() })).status).toBe(401);
  expect((await info({ host: host(), 'sec-fetch-site': 'same-site' })).status).toBe(401); // another port of this machine
  expect((await info({ host: host(), 'sec-fetch-site': 'none' })).status).toBe(401);
  const stop = await engine.ask({
    method: 'POST',
    path: '/rpc/system.stop',
    headers: { ...secret, ...ownPage(), 'content-type': 'text/plain', 'content-length': '2' },
    body: '{}',
  });
  expect(stop.status).toBe(400);

  const socket = new WebSocket(`ws://${host()}/rpc`, { headers: { ...secret, origin: `http://${host()}` } });
  await once(socket, 'open');
  socket.send(JSON.stringify({ id: 1, method: 'query', params: { path: 'system.info' } }));
  const [message] = (await once(socket, 'message')) as [Buffer];
  expect(JSON.parse(message.toString())).toMatchObject({ id: 1, result: { data: { pid: process.pid } } });
  socket.close();
});

test('E17 a cookie that was changed or is too old opens nothing', async () => {
  const good = await cookie();
  const [id, until, signature] = good.slice(good.indexOf('=') + 1).split('.');
  const name = good.slice(0, good.indexOf('='));
  for (const forged of [`${id}.${Number(until) + 1}.${signature}`, `x.${until}.${signature}`, `${id}.${until}.`, ''])
    expect(
      (await engine.ask({ path: '/rpc/system.info', headers: { ...ownPage(), cookie: `${name}=${forged}` } })).status,
    ).toBe(401);
  clock.jump(31 * 24 * 3600 * 1000);
  expect((await engine.ask({ path: '/rpc/system.info', headers: { ...ownPage(), cookie: good } })).status).toBe(401);
});

test('E18 pages and assets are served with a policy, API addresses never look like a page', async () => {
  const get = (path: string) => engine.ask({ path, headers: { host: host() } });
  for (const path of ['/', '/open', '/models/churn']) {
    const page = await get(path);
    expect(page.status, path).toBe(200);
    expect(page.body).toContain('companion');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.headers['access-control-allow-origin']).toBeUndefined();
  }
  const asset = await get('/assets/index-0a1b.js');
  expect(asset.headers['content-type']).toContain('javascript');
  expect(asset.headers['cache-control']).toContain('immutable');
  expect((await get('/assets/nothing.js')).status).toBe(404);
  for (const path of ['/rpc', '/rpc/', '/documents/x', '/api/2.0/mlflow/nothing', '/ajax-api/2.0/mlflow/nothing'])
    expect((await get(path)).status, path).toBeGreaterThanOrEqual(400);
});

test('E18 no address leads out of the companion’s folder', async () => {
  for (const path of [
    '/../data/access.json',
    '/..%2fdata%2faccess.json',
    '/%2e%2e/data/access.json',
    '/assets/../../data/access.json',
    '/assets/..%5c..%5cdata%5caccess.json',
    '/assets/..%252f..%252fdata%252faccess.json',
    `/${encodeURIComponent(join(engine.dataDir, 'access.json'))}`,
    '//etc/passwd.txt',
    '/assets/%00.js',
    '/assets/index-0a1b.js%00.json',
    '/.hidden.json',
  ]) {
    const answer = await engine.ask({ path, headers: { host: host() } });
    expect([400, 403, 404], path).toContain(answer.status);
    expect(answer.body, path).not.toContain(canary);
  }
});

test('E20 neither the token nor a code or cookie stands in the log', async () => {
  const secret = await cookie();
  const code = new URL(await link()).hash.slice(1, 44);
  await redeem(code);
  await engine.ask({ path: '/version', headers: { host: host(), authorization: `Bearer ${engine.token}` } });
  await engine.ask({ path: `/version?token=${engine.token}`, headers: { host: host(), cookie: secret } });
  await engine.ask({
    path: `/rpc/system.no?token=${engine.token}`,
    headers: { host: host(), authorization: `Bearer ${engine.token}` },
  });
  const log = readFileSync(join(engine.dataDir, 'logs', 'engine.log'), 'utf8');
  expect(log).toContain('"route":"/version"');
  for (const part of [engine.token, code, secret.slice(-43)]) expect(log).not.toContain(part);
});
