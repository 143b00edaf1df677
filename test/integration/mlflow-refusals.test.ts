import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMlflowEngine, type MlflowEngine } from '../support/mlflow-engine.ts';

let engine: MlflowEngine;
let runId: string;
let before: string[];

beforeAll(async () => {
  engine = await openMlflowEngine();
  const created = await engine.request('/api/2.0/mlflow/runs/create', {
    method: 'POST',
    body: '{"experiment_id":"0"}',
  });
  ({
    run: {
      info: { run_id: runId },
    },
  } = (await created.json()) as { run: { info: { run_id: string } } });
  before = readdirSync(engine.dataDir).sort();
});
afterAll(() => engine.close());

/** The request line goes out as it is: clients and proxies would tidy it up. */
function raw(method: string, target: string, body = ''): Promise<{ status: number; text: string }> {
  const { hostname, port, host } = new URL(engine.url());
  const head = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${engine.token()}`,
    'Connection: close',
  ];
  if (body) head.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`));
    socket.on('data', data => (text += data.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve({ status: Number(text.split(' ')[1]), text }));
  });
}

const paths = [
  '../endpoint.json',
  '../../endpoint.json',
  './../endpoint.json',
  'a/../../endpoint.json',
  '/etc/passwd',
  '//etc/passwd',
  '..%2fendpoint.json',
  '..%2f..%2fendpoint.json',
  '%2e%2e/endpoint.json',
  '%2e%2e%2fendpoint.json',
  '..\\endpoint.json',
  '..%5cendpoint.json',
  '..%00/endpoint.json',
  'endpoint.json%00',
  'C:%5cWindows%5cwin.ini',
  '%5c%5chost%5cshare',
  '..;/endpoint.json',
  '%c0%ae%c0%ae/endpoint.json',
  '.uploads',
];

test.each(paths)('no file outside the artifacts is read, written, listed or deleted: %s', async path => {
  const artifacts = '/api/2.0/mlflow-artifacts/artifacts';
  for (const [method, target, body] of [
    ['GET', `${artifacts}/${path}`, ''],
    ['GET', `/ajax-api/2.0/mlflow-artifacts/artifacts/${path}`, ''],
    ['PUT', `${artifacts}/${path}`, '{"token":"planted"}'],
    ['DELETE', `${artifacts}/${path}`, ''],
    ['GET', `${artifacts}?path=${path.replaceAll('\\', '%5c')}`, ''],
    ['GET', `/api/2.0/mlflow/artifacts/list?run_id=${runId}&path=${path.replaceAll('\\', '%5c')}`, ''],
    ['GET', `/get-artifact?path=${path.replaceAll('\\', '%5c')}&run_uuid=${runId}`, ''],
    ['GET', `/model-versions/get-artifact?path=${path.replaceAll('\\', '%5c')}&name=m&version=1`, ''],
  ] as const) {
    const { status, text } = await raw(method, target, body);
    expect(text).not.toContain(engine.token());
    expect(text).not.toContain('root:');
    // `..;` and names that are no UTF-8 are ordinary names or malformed; listing what is not there is empty.
    if (status === 200)
      expect(text).toMatch(/\r\n\r\n({"files":\[\]}|{"root_uri":"[^"]+","files":\[\]}|{}|<!doctype html>)/i);
    else expect([400, 403, 404]).toContain(status);
  }
  expect(
    readdirSync(engine.dataDir)
      .filter(name => name !== 'artifacts')
      .sort(),
  ).toEqual(before);
});

test.each([
  ['GET', '/ajax-api/3.0/jobs'],
  ['POST', '/ajax-api/3.0/jobs'],
  ['POST', '/api/2.0/mlflow/webhooks'],
  ['POST', '/api/3.0/mlflow/traces'],
  ['GET', '/api/2.0/mlflow/never/heard/of/it'],
  ['GET', '/api/2.0/mlflow/runs/create'],
  ['POST', '/ajax-api/2.0/mlflow/gateway-proxy'],
])('what is not served says so in MLflow’s shape, and is not tried again: %s %s', async (method, path) => {
  const answer = await engine.request(path, { method, ...(method === 'POST' ? { body: '{}' } : {}) });
  const code = answer.status === 501 ? 'NOT_IMPLEMENTED' : 'ENDPOINT_NOT_FOUND';
  expect([404, 501]).toContain(answer.status);
  expect(await answer.json()).toMatchObject({ error_code: code, message: expect.any(String) });
});

test('a logged page is never a page: its type and content do not reach a browser as such', async () => {
  const path = `/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/x.svg`;
  const put = (type: string) =>
    engine.request(path, { method: 'PUT', body: '<svg onload="x">', headers: { 'content-type': type } });
  expect((await put('image/svg+xml')).status).toBe(200);
  const got = await engine.request(path);
  expect(got.headers.get('content-type')).toBe('application/octet-stream');
  expect(got.headers.get('content-disposition')).toMatch(/^attachment/);
  expect(got.headers.get('content-security-policy')).toContain('sandbox');
  expect(got.headers.get('x-content-type-options')).toBe('nosniff');
  const odd = await put('<script>alert(1)</script>');
  expect(odd.headers.get('content-type')).toContain('application/json');
});

test('a search that costs much is answered or refused in bounded time, and others go on meanwhile', async () => {
  const search = (filter: string) =>
    engine.request('/api/2.0/mlflow/runs/search', {
      method: 'POST',
      body: JSON.stringify({ experiment_ids: ['0'], filter }),
    });
  const started = performance.now();
  const answers = await Promise.all([
    search(`tags.mlflow.runName LIKE '${'%a'.repeat(20_000)}'`),
    search(`tags.mlflow.runName ILIKE '${'%_'.repeat(20_000)}b'`),
    search('('.repeat(90_000)),
    ...Array.from({ length: 100 }, () => search('metrics.a > 1')),
    engine.request('/api/2.0/mlflow/runs/search', { method: 'POST', body: '['.repeat(1_000_000) }),
  ]);
  for (const { status } of answers) expect([200, 400]).toContain(status);
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('an upload that breaks off leaves nothing behind', async () => {
  const { hostname, port, host } = new URL(engine.url());
  const target = `/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/cut.bin`;
  await new Promise<void>((resolve, reject) => {
    const head = `PUT ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${engine.token()}\r\nContent-Length: 1000000\r\n\r\n`;
    const socket = connect(Number(port), hostname, () => {
      socket.write(head + 'x'.repeat(1000), () => setImmediate(() => socket.destroy()));
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
  await expect.poll(() => readdirSync(`${engine.dataDir}/artifacts/.uploads`)).toEqual([]);
  expect((await engine.request(target)).status).toBe(404);
});
