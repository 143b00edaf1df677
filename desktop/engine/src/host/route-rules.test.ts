import fastify from 'fastify';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordRoutes } from './routes.ts';
import { temporaryEngine, type Answer, type TemporaryEngine } from './temporary-engine.ts';

let engine: TemporaryEngine;
beforeAll(async () => (engine = await temporaryEngine()));
afterAll(() => engine.dispose());

const host = () => `127.0.0.1:${engine.port}`;
const bearer = () => ({ host: host(), authorization: `Bearer ${engine.token}` });
/** Parameters and wildcards filled in with something harmless. */
const filled = (url: string) => url.replace(/:[a-zA-Z_]+(\([^)]*\))?/g, 'x').replace('*', 'x');

/** Sends the same strange request to every route; what comes back by route. */
async function walk(make: (route: { method: string; url: string; rule: string }) => Record<string, string> | null) {
  const answers: { route: string; answer: Answer }[] = [];
  for (const route of engine.served.routes) {
    const headers = make(route);
    if (!headers) continue;
    const json = route.method === 'GET' ? {} : { 'content-type': 'application/json', 'content-length': '2' };
    const body = route.method === 'GET' ? {} : { body: '{}' };
    const path = filled(route.url);
    answers.push({
      route: `${route.method} ${route.url}`,
      answer: await engine.ask({ method: route.method, path, headers: { ...json, ...headers }, ...body }),
    });
  }
  expect(answers.length).toBeGreaterThan(2);
  return answers;
}

describe('the route table', () => {
  test('E11 every route of the engine has a security rule', () => {
    expect(engine.served.routes.length).toBeGreaterThan(4);
    expect(engine.served.routes.filter(({ rule }) => rule === 'public').map(({ url }) => url)).toEqual([
      '/health',
      '/*',
    ]);
  });

  test('E11 a route without a rule keeps the engine from starting', () => {
    const app = fastify();
    const routes = recordRoutes(app);
    app.get('/forgotten', () => 'secret');
    expect(() => routes()).toThrow('GET /forgotten has no security rule');
  });

  test('E12 every route refuses a foreign Host', async () => {
    for (const evil of [
      'evil.example',
      `evil.example:${engine.port}`,
      `127.0.0.1.nip.io:${engine.port}`,
      '127.0.0.1',
      '',
    ])
      for (const { route, answer } of await walk(() => ({ ...bearer(), host: evil })))
        expect([400, 403], `${route} with Host ${evil}`).toContain(answer.status);
  });

  test('E13 every route refuses a foreign Origin and a cross-site request', async () => {
    const strangers = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost.evil.example:${engine.port}` },
      { origin: `http://127.0.0.1:${engine.port + 1}` },
      { origin: `https://127.0.0.1:${engine.port}` },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const stranger of strangers)
      for (const { route, answer } of await walk(() => ({ ...bearer(), ...stranger })))
        expect(answer.status, `${route} ${JSON.stringify(stranger)}`).toBe(403);
  });

  test('E14 every route but the public ones needs the token', async () => {
    const wrong = [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Basic ${btoa('x:wrong')}` },
      { cookie: 'benchmate=1' },
    ];
    for (const secret of wrong)
      for (const { route, answer } of await walk(({ rule }) =>
        rule.startsWith('token') ? { host: host(), ...secret } : null,
      )) {
        expect(answer.status, `${route} ${JSON.stringify(secret)}`).toBe(401);
        expect(answer.headers['www-authenticate']).toContain('Bearer');
      }
  });

  test('E15 no route that changes something takes what a page can send without asking', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])
      for (const route of engine.served.routes.filter(({ method }) => method !== 'GET')) {
        const answer = await engine.ask({
          method: route.method,
          path: filled(route.url),
          headers: { host: host(), 'content-length': '2', ...(type && { 'content-type': type }) },
          body: '{}',
        });
        expect([400, 401, 415], `${route.method} ${route.url} ${type}`).toContain(answer.status);
      }
  });

  test('E12 two Hosts, none, and an absolute address in the request line are refused', async () => {
    const raw = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(engine.port, '127.0.0.1', () => socket.write(text));
        let answer = '';
        socket.on('data', chunk => (answer += chunk.toString()));
        socket.on('end', () => resolve(answer.split('\r\n')[0] ?? ''));
        socket.on('error', reject);
      });
    const close = 'Connection: close\r\n\r\n';
    const auth = `Authorization: Bearer ${engine.token}\r\n`;
    for (const start of [
      `GET /version HTTP/1.1\r\nHost: ${host()}\r\nHost: evil.example\r\n`,
      `GET /version HTTP/1.1\r\nHost: evil.example\r\nHost: ${host()}\r\n`,
      'GET /version HTTP/1.1\r\n',
      `GET http://evil.example/version HTTP/1.1\r\nHost: ${host()}\r\n`,
      `GET http://${host()}/version HTTP/1.1\r\nHost: ${host()}\r\n`,
    ])
      expect(await raw(start + auth + close), start).toMatch(/^HTTP\/1.1 40[03]/);
  });

  test('E14 every socket refuses strangers before the handshake', async () => {
    for (const { path, rule } of engine.served.sockets) {
      const url = `ws://127.0.0.1:${engine.port}${path}${path.endsWith('/') ? 'a.team' : ''}`;
      expect(await upgradeStatus(url, { origin: 'https://evil.example', ...bearer() }), path).toBe(403);
      expect(await upgradeStatus(url, { ...bearer(), host: 'evil.example' }), path).toBe(403);
      if (rule === 'token') {
        expect(await upgradeStatus(url, {}), path).toBe(401);
        expect(await upgradeStatus(url, { authorization: 'Bearer wrong' }), path).toBe(401);
      }
    }
    expect(await upgradeStatus(`ws://127.0.0.1:${engine.port}/nothing`, bearer())).toBe(404);
  });
});

function upgradeStatus(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise(resolve => {
    const socket = new WebSocket(url, { headers });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('open', () => {
      resolve(101);
      socket.terminate();
    });
    socket.on('error', () => {});
  });
}

test('answers say to a browser what it may do with them, and to a script that logs nothing it does not read', async () => {
  const ask = (method: string, path: string, headers: Record<string, string>) =>
    engine.ask({
      method,
      path,
      headers: { 'content-type': 'application/json', 'content-length': '2', ...headers },
      body: '{}',
    });
  const names = async (answer: Promise<Answer>) => Object.keys((await answer).headers);
  const logged = '/api/2.0/mlflow/runs/log-metric';
  const safe = ['x-content-type-options', 'cache-control', 'referrer-policy', 'cross-origin-resource-policy'];
  expect((await names(ask('POST', logged, bearer()))).toSorted()).toEqual(['content-length', 'content-type', 'date']);
  const browsers: [string, string, Record<string, string>][] = [
    ['POST', logged, { ...bearer(), 'sec-fetch-site': 'same-origin' }],
    ['POST', logged, { ...bearer(), origin: `http://${host()}` }],
    ['POST', logged, { host: host() }],
    ['POST', '/ajax-api/2.0/mlflow/runs/log-metric', bearer()],
    ['GET', '/api/2.0/mlflow/runs/get?run_id=x', bearer()],
  ];
  for (const [method, path, headers] of browsers)
    expect(await names(ask(method, path, headers)), JSON.stringify(headers)).toEqual(expect.arrayContaining(safe));
});
