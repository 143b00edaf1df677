import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMlflowEngine, type MlflowEngine } from '../support/mlflow-engine.ts';
import { rawRequest } from '../support/raw-request.ts';

/** A secret beside the data directory, one inside of it, and a server that must never be asked. */
const secret = 'CANARY-7f3a9c';
let folder: string;
let engine: MlflowEngine;
let canary: Server;
let hits: string[];
let runId: string;
let outside: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'benchmate-security-'));
  writeFileSync(join(folder, 'canary.txt'), secret);
  mkdirSync(join(folder, 'outside-5f2e'));
  writeFileSync(join(folder, 'outside-5f2e', 'canary.txt'), secret);
  hits = [];
  canary = createServer((request, response) => {
    hits.push(String(request.url));
    response.end(secret);
  });
  await new Promise<void>(resolve => canary.listen(0, '127.0.0.1', resolve));
  const umask = process.umask(0); // whatever the shell says, files are private
  engine = await openMlflowEngine(join(folder, 'data'));
  process.umask(umask);
  writeFileSync(join(engine.dataDir, 'canary.txt'), secret);
  const { run } = await post<{ run: { info: { run_id: string } } }>('runs/create', {});
  runId = run.info.run_id;
  await put(`0/${runId}/artifacts/model/weights`, 'weights');
  await post('registered-models/create', { name: 'hostile' });
  await post('model-versions/create', {
    name: 'hostile',
    source: `mlflow-artifacts:/0/${runId}/artifacts/model`,
    run_id: runId,
  });
  outside = everythingOutside();
});
afterAll(async () => {
  await engine.close();
  canary.close();
  rmSync(folder, { recursive: true, force: true });
});

const post = async <T>(path: string, body: object): Promise<T> => {
  const answer = await engine.request(`/api/2.0/mlflow/${path}`, { method: 'POST', body: JSON.stringify(body) });
  return (await answer.json()) as T;
};
const put = (path: string, body: string) =>
  engine.request(`/api/2.0/mlflow-artifacts/artifacts/${path}`, { method: 'PUT', body });
const raw = (method: string, target: string, body = '') =>
  rawRequest(engine.url(), {
    method,
    target,
    headers: { Authorization: `Bearer ${engine.token()}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
    body,
  });

/** Every file below the folder, but for what the engine keeps where it should. */
function everythingOutside(): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter(name => !/^data[/\\](artifacts|benchmate\.db|.*\.log|engine\.lock)/.test(name))
    .sort();
}

const traversals = [
  '/path',
  '../canary.txt',
  '../../canary.txt',
  '../../../../../../../canary.txt',
  './../canary.txt',
  'path/../../canary.txt',
  'a/../../../outside-5f2e/canary.txt',
  '..%2f..%2fcanary.txt',
  '%2e%2e/%2e%2e/canary.txt',
  '%2e%2e%2f%2e%2e%2fcanary.txt',
  '..%252f..%252fcanary.txt',
  '%252e%252e%252fcanary.txt',
  '..%c0%af..%c0%afcanary.txt',
  '%c0%ae%c0%ae/canary.txt',
  '%e0%80%ae%e0%80%ae/canary.txt',
  '..%5c..%5ccanary.txt',
  '..%00/canary.txt',
  'canary.txt%00',
  '..;/canary.txt',
  '..%3b/canary.txt',
  'C:%5ccanary.txt',
  'C:/canary.txt',
  '%5c%5chost%5cshare%5ccanary.txt',
  '//127.0.0.1/canary.txt',
  'file:///canary.txt',
  '%2fcanary.txt',
  '%2e%2e',
  '.',
  '..',
  '%ef%bc%8e%ef%bc%8e/canary.txt',
  '.uploads/x',
  '.UPLOADS/x',
  '%2euploads/x',
  '.uploads%e2%80%8b/x',
];

describe('no path leads out', () => {
  const q = (path: string) => path.replaceAll('#', '%23').replaceAll('&', '%26').replaceAll(' ', '%20');
  test.each(traversals)('%s', async path => {
    const abs = q(`${folder}/canary.txt`);
    for (const payload of [path, `${path}?${abs}`]) {
      const targets: [string, string, string?][] = [
        ...['GET', 'HEAD', 'PUT', 'DELETE'].map((method): [string, string] => [
          method,
          `/api/2.0/mlflow-artifacts/artifacts/${q(payload)}`,
        ]),
        ['GET', `/ajax-api/2.0/mlflow-artifacts/artifacts/${q(payload)}`],
        ['GET', `/api/2.0/mlflow-artifacts/artifacts?path=${q(path)}`],
        ['GET', `/api/2.0/mlflow-artifacts/presigned/${q(payload)}`],
        ['GET', `/api/2.0/mlflow/artifacts/list?run_id=${runId}&path=${q(path)}`],
        ['GET', `/get-artifact?run_id=${runId}&path=${q(path)}`],
        ['GET', `/get-artifact?run_uuid=${q(path)}&path=canary.txt`],
        ['GET', `/model-versions/get-artifact?name=hostile&version=1&path=${q(path)}`],
        ['GET', `/ajax-api/2.0/mlflow/logged-models/${q(path)}/artifacts/files?artifact_file_path=canary.txt`],
        ['POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${runId}&path=${q(path)}`, 'x'],
        ...['create', 'complete', 'abort'].flatMap((verb): [string, string, string][] => [
          [
            'POST',
            `/api/2.0/mlflow-artifacts/mpu/${verb}/${q(payload)}`,
            JSON.stringify({ path: 'canary.txt', num_parts: 1, upload_id: 'x', parts: [] }),
          ],
          [
            'POST',
            `/api/2.0/mlflow-artifacts/mpu/${verb}/0`,
            JSON.stringify({ path: decoded(path), num_parts: 1, upload_id: decoded(path), parts: [] }),
          ],
        ]),
      ];
      for (const [method, target, body] of targets) {
        const { status, text } = await raw(method, target, body);
        expect(text, `${method} ${target}`).not.toContain(secret);
        expect(text.split('\r\n\r\n')[1], `${method} ${target}`).not.toMatch(
          /"path":"(outside-5f2e|endpoint\.json|data)"/,
        );
        // What only looks encoded is an ordinary name below the artifacts.
        expect([200, 304, 400, 403, 404], `${method} ${target}: ${text}`).toContain(status);
      }
    }
    expect(everythingOutside()).toEqual(outside);
    expect(readFileSync(join(folder, 'canary.txt'), 'utf8')).toBe(secret);
  });

  const decoded = (path: string) => {
    try {
      return decodeURIComponent(path);
    } catch {
      return path;
    }
  };
});

describe('no address is fetched, no file of this machine becomes a source', () => {
  const address = () => `127.0.0.1:${(canary.address() as AddressInfo).port}`;
  const sources = () => [
    `file://${folder}`,
    `file:${folder}`,
    folder,
    'file:///etc',
    '/etc',
    '\\\\host\\share',
    'C:\\x',
    `http://${address()}/`,
    `https://${address()}/`,
    `ftp://${address()}/a`,
    `gopher://${address()}/_`,
    `http://${address()}/api/2.0/mlflow-artifacts/artifacts/`,
    `mlflow-artifacts://${address()}/0/${runId}`,
    `http://user:pw@${address()}/`,
    `s3://${address()}/x`,
    `dbfs:/x`,
    `hdfs://${address()}/x`,
    `sftp://${address()}/`,
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]:1/',
    'http://0x7f000001/',
    'http://127.1/',
    `http:///#/../../../..${folder}/`,
    `http://h/a?/../../..${folder}`,
    `http://h/a;/../../..${folder}`,
    `mlflow-artifacts:/../../${folder}`,
    `mlflow-artifacts:/0/${runId}/artifacts/../../../../..${folder}`,
    `mlflow-artifacts:/0/${runId}/artifacts/%2e%2e/%2e%2e`,
    `mlflow-artifacts:/0/${runId}/artifacts?x=1`,
    `mlflow-artifacts:/0/${runId}/artifacts#/../..`,
    `mlflow-artifacts:/0/${runId}/artifacts;/..`,
    `runs:/${runId}/../../..${folder}`,
    `runs:/${runId}/%2e%2e/x`,
    `runs://${address()}/${runId}/model`,
    'models:/hostile/99',
    'models:/nothing/1',
    'models:/../x/1',
    `models://${address()}/hostile/1`,
    'models:/m-x',
    '$(touch pwned)',
    ';touch pwned',
    '--upload-pack=touch pwned',
    '`touch pwned`',
    '\u0000',
    'x'.repeat(100_000),
  ];

  test('as the source of a version, whatever tags and ids come along', async () => {
    for (const source of sources())
      for (const more of [
        {},
        { run_id: runId },
        { run_id: '../..' },
        { tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] },
        { run_id: runId, tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] },
      ]) {
        const answer = await engine.request('/api/2.0/mlflow/model-versions/create', {
          method: 'POST',
          body: JSON.stringify({ name: 'hostile', source, ...more }),
        });
        expect([400, 404], source).toContain(answer.status);
        expect(await answer.text()).not.toContain(secret);
      }
    const found = await engine.request('/api/2.0/mlflow/model-versions/search');
    expect(((await found.json()) as { model_versions: unknown[] }).model_versions).toHaveLength(1);
    expect(hits).toEqual([]);
  });

  test('as the artifact location of an experiment', async () => {
    for (const [index, location] of sources().entries()) {
      if (location.startsWith('mlflow-artifacts:/0/') && !/[%?#;]|\.\./.test(location)) continue;
      const answer = await engine.request('/api/2.0/mlflow/experiments/create', {
        method: 'POST',
        body: JSON.stringify({ name: `at ${index}`, artifact_location: location }),
      });
      expect(answer.status, location).toBe(400);
    }
    expect(hits).toEqual([]);
    expect(everythingOutside()).toEqual(outside);
  });
});

describe('who may ask', () => {
  interface Document {
    paths: Record<string, Record<string, object>>;
  }
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

  test('every published address with every method is refused without the right token', async () => {
    const document = (await (await engine.request('/api/openapi.json')).json()) as Document;
    const paths = Object.keys(document.paths).flatMap(path => [path, path.replace(/^\/api\//, '/ajax-api/')]);
    expect(paths.length).toBeGreaterThan(100);
    for (const path of new Set(paths))
      for (const method of methods) {
        const target = path.replace(/{\w+}/g, 'x');
        for (const headers of [
          {},
          { Authorization: 'Bearer ' },
          { Authorization: 'Basic Og==' }, // no user, no password
          { Authorization: `Bearer ${engine.token().slice(0, -1)}` },
        ]) {
          const json = { 'Content-Type': 'application/json', 'Content-Length': '2' };
          const withBody = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
          const { status, text } = await rawRequest(engine.url(), {
            method,
            target,
            headers: { ...headers, ...(withBody ? json : {}) },
            ...(withBody ? { body: '{}' } : {}),
          });
          // A GET of an address that is no route is answered as such: it is not the page of the companion.
          expect([401, 404, 501], `${method} ${target} ${JSON.stringify(headers)}`).toContain(status);
          if (status !== 401) expect(['HEAD', 'GET', 'OPTIONS'], target).toContain(method);
          expect(text).not.toContain('access-control-allow');
        }
      }
  });

  test('a foreign page is refused on every published address, a form as well', async () => {
    const document = (await (await engine.request('/api/openapi.json')).json()) as Document;
    const token = { Authorization: `Bearer ${engine.token()}` };
    for (const [path, operations] of Object.entries(document.paths))
      for (const method of Object.keys(operations)) {
        const target = path.replace(/{\w+}/g, 'x');
        for (const origin of [
          'https://evil.example',
          'null',
          'http://localhost:3000',
          'http://localhost.evil.example',
        ]) {
          const { status } = await rawRequest(engine.url(), {
            method: method.toUpperCase(),
            target,
            headers: { ...token, Origin: origin },
          });
          expect(status, `${method} ${target} from ${origin}`).toBe(403);
        }
        if (method === 'get' || JSON.stringify(operations).includes('octet-stream')) continue;
        for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/json', 'application/jsonx']) {
          const { status } = await rawRequest(engine.url(), {
            method: method.toUpperCase(),
            target,
            headers: { ...token, 'Content-Type': type },
            body: '{"name":"forged"}',
          });
          expect([400, 415], `${method} ${target} as ${type}`).toContain(status);
        }
      }
  });
});

test('nobody else on this machine can read what the engine keeps, even with umask 000', () => {
  if (process.platform === 'win32') return;
  const wide = readdirSync(engine.dataDir, { recursive: true })
    .map(String)
    .filter(name => name !== 'canary.txt')
    .filter(name => (statSync(join(engine.dataDir, name)).mode & 0o077) !== 0);
  expect((statSync(engine.dataDir).mode & 0o777).toString(8)).toBe('700');
  expect(wide.filter(name => /artifacts|device|endpoint|access/.test(name))).toEqual([]);
});
