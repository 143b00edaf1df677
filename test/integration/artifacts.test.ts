import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMlflowEngine, type MlflowEngine } from '../support/mlflow-engine.ts';

let engine: MlflowEngine;
let runId: string;
let root: string;

beforeAll(async () => {
  engine = await openMlflowEngine();
  const created = await engine.request('/api/2.0/mlflow/runs/create', { method: 'POST', body: '{}' });
  ({
    run: {
      info: { run_id: runId },
    },
  } = (await created.json()) as { run: { info: { run_id: string } } });
  root = `/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts`;
});
afterAll(() => engine.close());

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Nothing is normalised and nothing is added but the token. */
function ask(
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: Readable | string } = {},
) {
  const { hostname, port } = new URL(engine.url());
  const headers = { authorization: `Bearer ${engine.token()}`, ...options.headers };
  return new Promise<Answer>((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    if (options.body instanceof Readable) options.body.pipe(sent);
    else sent.end(options.body);
  });
}

const put = (name: string, body: string) => ask('PUT', `${root}/${encodeURIComponent(name)}`, { body });
const uploads = () => `${engine.dataDir}/artifacts/.uploads`;
const leftovers = () => (existsSync(uploads()) ? readdirSync(uploads()) : []);

test('the stock client sends large files in parts and fetches them in ranges', async () => {
  expect((await engine.script('large-files.py')).trimEnd().endsWith('passed')).toBe(true);
  expect(leftovers()).toEqual([]);
});

test('names that are hard come back as they were', async () => {
  const names = [
    'a#b.txt',
    'a?b=c.txt',
    'a%20b.txt',
    '100%.txt',
    '%2e%2e%2f',
    'with space',
    ' leading and trailing ',
    'ünïcödé ☕ 漢字.bin',
    'e\u0301 decomposed',
    'quote"\'`.txt',
    'semi;colon&and=plus+.txt',
    'back`tick$(touch pwned)',
    '--option',
    '.hidden',
    'con',
    'aux.txt',
    'x'.repeat(255),
    'ü'.repeat(127),
  ];
  for (const name of names) {
    expect((await put(name, name)).status, name).toBe(200);
    const got = await ask('GET', `${root}/${encodeURIComponent(name)}`);
    expect([got.status, got.body.toString()], name).toEqual([200, name]);
    expect(decodeURIComponent(String(got.headers['content-disposition']).split("UTF-8''")[1]!)).toBe(name);
  }
  const listed = await ask('GET', `/api/2.0/mlflow/artifacts/list?run_id=${runId}`);
  const { files } = JSON.parse(listed.body.toString()) as { files: { path: string }[] };
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(names));
  // The stock client sends a `?` of a name as it is.
  expect((await ask('GET', `${root}/a?b=c.txt`)).body.toString()).toBe('a?b=c.txt');
  for (const name of ['x'.repeat(256), 'ü'.repeat(128), `${'d/'.repeat(2100)}x`, 'a//b', './a', 'line\nbreak'])
    expect(
      (await ask('PUT', `${root}/${name.split('/').map(encodeURIComponent).join('/')}`, { body: 'x' })).status,
    ).toBe(400);
});

test('a file of a folder that is too deep for the system is refused, not a bug', async () => {
  const deep = Array.from({ length: 16 }, () => 'y'.repeat(250)).join('/');
  const answer = await ask('PUT', `${root}/${deep}`, { body: 'x' });
  expect(answer.status).toBe(400);
  expect((await ask('GET', `${root}/${deep}`)).status).toBe(404);
  expect((await ask('DELETE', `${root}/${deep}`)).status).toBe(200);
});

test('HEAD and ranges follow RFC 9110, and never join two contents', async () => {
  await put('range.bin', '0123456789');
  const path = `${root}/range.bin`;
  const head = await ask('HEAD', path);
  expect([head.status, head.body.length, head.headers['content-length'], head.headers['accept-ranges']]).toEqual([
    200,
    0,
    '10',
    'bytes',
  ]);
  const { etag = '' } = head.headers;
  expect(etag).toMatch(/^"[\w-]+"$/);
  const ranged = async (range: string, more: Record<string, string> = {}) => {
    const { status, body, headers } = await ask('GET', path, { headers: { range, ...more } });
    return [status, body.toString(), headers['content-range']];
  };
  expect(await ranged('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10']);
  expect(await ranged('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10']);
  expect(await ranged('bytes=-2')).toEqual([206, '89', 'bytes 8-9/10']);
  expect(await ranged('bytes=-99')).toEqual([206, '0123456789', 'bytes 0-9/10']);
  expect(await ranged('bytes=10-')).toEqual([416, '', 'bytes */10']);
  expect(await ranged('bytes=-0')).toEqual([416, '', 'bytes */10']);
  for (const odd of ['bytes=4-2', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=', 'bytes=a-b', `bytes=${'9'.repeat(400)}-x`])
    expect(await ranged(odd)).toEqual([200, '0123456789', undefined]);
  expect(await ranged(`bytes=${'9'.repeat(400)}-`)).toEqual([416, '', 'bytes */10']);
  expect(await ranged('bytes=2-4', { 'if-range': etag })).toEqual([206, '234', 'bytes 2-4/10']);
  expect((await ask('GET', path, { headers: { 'if-none-match': etag } })).status).toBe(304);
  await put('range.bin', 'abcdefghij');
  expect(await ranged('bytes=2-4', { 'if-range': etag })).toEqual([200, 'abcdefghij', undefined]);
  const fresh = await ask('GET', path, { headers: { 'if-none-match': etag } });
  expect([fresh.status, fresh.body.toString()]).toEqual([200, 'abcdefghij']);
  await put('empty', '');
  expect((await ask('GET', `${root}/empty`, { headers: { range: 'bytes=0-' } })).status).toBe(416);
  expect((await ask('GET', `${root}/empty`)).body.length).toBe(0);
});

test('uploads of one path at once leave one of them, whole; readers meanwhile see a whole one', async () => {
  const contents = Array.from({ length: 8 }, (_, index) => String(index).repeat(2_000_000));
  await put('same.bin', contents[0]!);
  const whole = (text: string) => contents.includes(text);
  const writers = contents.map(content => put('same.bin', content));
  const readers = Array.from({ length: 8 }, () => ask('GET', `${root}/same.bin`));
  for (const { status } of await Promise.all(writers)) expect(status).toBe(200);
  for (const { body } of await Promise.all(readers)) expect(whole(body.toString())).toBe(true);
  expect(whole((await ask('GET', `${root}/same.bin`)).body.toString())).toBe(true);
  // While a folder is deleted and written to, nothing fails for a reason of ours.
  const mixed = Array.from({ length: 60 }, (_, index) =>
    index % 3 ? put('folder/file', 'x') : ask('DELETE', `${root}/folder`),
  );
  for (const { status } of await Promise.all(mixed)) expect(status).toBe(200);
  expect(leftovers()).toEqual([]);
});

test('a job’s 200 MB go in and out without being held in memory', async () => {
  const megabyte = Buffer.alloc(1 << 20, 'payload ');
  const before = memoryOf(engine.pid());
  const sizeBytes = 200 * megabyte.length;
  const answer = await ask('PUT', `${root}/large.bin`, {
    headers: { 'content-length': String(sizeBytes) },
    body: Readable.from(repeat(megabyte, 200)),
  });
  expect(answer.status).toBe(200);
  const { hostname, port } = new URL(engine.url());
  const hash = createHash('sha256');
  await new Promise<void>((resolve, reject) => {
    const headers = { authorization: `Bearer ${engine.token()}` };
    request({ hostname, port, path: `${root}/large.bin`, headers, agent: false }, response => {
      response.on('data', (chunk: Buffer) => hash.update(chunk));
      response.on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
  const expected = createHash('sha256');
  for (const chunk of repeat(megabyte, 200)) expected.update(chunk);
  expect(hash.digest('hex')).toBe(expected.digest('hex'));
  if (before !== null) expect(memoryOf(engine.pid())! - before).toBeLessThan(70 * 1024);
});

test('parts that are missing, foreign, replaced or of another path make no file', async () => {
  const create = async (path: string, parts: number) => {
    const answer = await engine.request(`/api/2.0/mlflow-artifacts/mpu/create/0/${runId}/artifacts`, {
      method: 'POST',
      body: JSON.stringify({ path, num_parts: parts }),
    });
    return { status: answer.status, ...((await answer.json()) as { upload_id: string; credentials: Credential[] }) };
  };
  const finish = async (verb: string, body: object, folder = `0/${runId}/artifacts`) =>
    (
      await engine.request(`/api/2.0/mlflow-artifacts/mpu/${verb}/${folder}`, {
        method: 'POST',
        body: JSON.stringify(body),
      })
    ).status;
  interface Credential {
    url: string;
    part_number: number;
    headers: Record<string, string>;
  }
  const send = async ({ url, headers }: Credential, body: string) => {
    const answer = await fetch(url, { method: 'PUT', headers, body });
    return { status: answer.status, etag: answer.headers.get('etag') ?? '' };
  };
  const { upload_id, credentials } = await create('/home/somebody/parts.bin', 3);
  expect(credentials.map(({ part_number }) => part_number)).toEqual([1, 2, 3]);
  expect(credentials[0]!.url).not.toContain(engine.token());
  const second = await send(credentials[1]!, 'BBB');
  const first = await send(credentials[0]!, 'AAA');
  const path = '/home/somebody/parts.bin';
  const parts = [first, second].map(({ etag }, index) => ({ part_number: index + 1, etag }));
  expect(await finish('complete', { path, upload_id, parts })).toBe(400); // the third is missing
  const third = await send(credentials[2]!, 'C');
  const all = [...parts, { part_number: 3, etag: third.etag }];
  await send(credentials[1]!, 'bbb');
  expect(await finish('complete', { path, upload_id, parts: all })).toBe(400); // the second was replaced
  const again = await send(credentials[1]!, 'BbB');
  const good = [all[0]!, { part_number: 2, etag: again.etag }, all[2]!];
  expect(await finish('complete', { path: 'other.bin', upload_id, parts: good })).toBe(404);
  expect(await finish('complete', { path, upload_id, parts: good }, '0/elsewhere/artifacts')).toBe(404);
  expect(await finish('complete', { path, upload_id: 'f'.repeat(32), parts: good })).toBe(404);
  expect((await ask('GET', `${root}/parts.bin`)).status).toBe(404);
  expect(await finish('complete', { path, upload_id, parts: good })).toBe(200);
  expect((await ask('GET', `${root}/parts.bin`)).body.toString()).toBe('AAABbBC');
  expect(await finish('complete', { path, upload_id, parts: good })).toBe(404); // it is over
  expect((await send(credentials[0]!, 'late')).status).toBe(404);
  expect((await send({ ...credentials[0]!, headers: {} }, 'no token')).status).toBe(401);

  const aborted = await create('aborted.bin', 1);
  expect(await finish('abort', { path: 'aborted.bin', upload_id: aborted.upload_id })).toBe(200);
  expect(await finish('abort', { path: 'aborted.bin', upload_id: aborted.upload_id })).toBe(200);
  expect((await send(aborted.credentials[0]!, 'x')).status).toBe(404);
  for (const wrong of [0, -1, 10_001, 1e9]) expect((await create('x', wrong)).status).toBe(400);
  expect(leftovers()).toEqual([]);
});

test('MLflow’s pages find files by run, by version and by logged model', async () => {
  await put('page.html', '<script>');
  const attachment = {
    'content-disposition': "attachment; filename*=UTF-8''page.html",
    'x-content-type-options': 'nosniff',
  };
  const expectFile = ({ status, headers, body }: Answer) => {
    expect([status, body.toString()]).toEqual([200, '<script>']);
    expect(headers).toMatchObject({ ...attachment, 'content-type': 'application/octet-stream' });
    expect(headers['content-security-policy']).toContain('sandbox');
  };
  expectFile(await ask('GET', `/get-artifact?path=page.html&run_uuid=${runId}`));
  expectFile(await ask('GET', `/get-artifact?path=page.html&run_id=${runId}`));
  const post = async (path: string, body: object) =>
    (
      await engine.request(`/api/2.0/mlflow/${path}`, { method: 'POST', body: JSON.stringify(body) })
    ).json() as Promise<never>;
  await post('registered-models/create', { name: 'paged' });
  await post('model-versions/create', {
    name: 'paged',
    source: `mlflow-artifacts:/0/${runId}/artifacts`,
    run_id: runId,
  });
  expectFile(await ask('GET', '/model-versions/get-artifact?path=page.html&name=paged&version=1'));
  const created: { model: { info: { model_id: string; artifact_uri: string } } } = await post('logged-models', {
    experiment_id: '0',
  });
  const { model_id, artifact_uri } = created.model.info;
  await ask('PUT', `/api/2.0/mlflow-artifacts/artifacts/${artifact_uri.slice('mlflow-artifacts:/'.length)}/page.html`, {
    body: '<script>',
  });
  expectFile(
    await ask('GET', `/ajax-api/2.0/mlflow/logged-models/${model_id}/artifacts/files?artifact_file_path=page.html`),
  );
  const sent = await ask('POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${runId}&path=from/page.html`, {
    body: '<script>',
  });
  expect(sent.status).toBe(200);
  expectFile(await ask('GET', `/get-artifact?path=from/page.html&run_uuid=${runId}`));
  for (const wrong of [
    '/get-artifact',
    `/get-artifact?path=nothing&run_id=${runId}`,
    '/get-artifact?path=a&run_id=x',
  ]) {
    const refused = await ask('GET', wrong);
    expect([400, 404]).toContain(refused.status);
    expect(JSON.parse(refused.body.toString())).toMatchObject({ error_code: expect.any(String) });
  }
});

test('what a killed engine left of an upload is gone after the next start, and what it acknowledged is there', async () => {
  await put('kept.bin', 'kept');
  const { hostname, port } = new URL(engine.url());
  const headers = { authorization: `Bearer ${engine.token()}`, 'content-length': '1000000' };
  const half = request({ hostname, port, method: 'PUT', path: `${root}/half.bin`, headers, agent: false });
  half.on('error', () => {});
  half.write('x'.repeat(200_000));
  await expect.poll(leftovers).toHaveLength(1);
  await engine.crash();
  half.destroy();
  expect((await ask('GET', `${root}/kept.bin`)).body.toString()).toBe('kept');
  expect((await ask('GET', `${root}/half.bin`)).status).toBe(404);
  expect((await put('next.bin', 'next')).status).toBe(200);
  expect(leftovers()).toEqual([]);
});

/** Resident memory in KiB; null where the system has no such file. */
function memoryOf(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function* repeat(chunk: Buffer, times: number): Generator<Buffer> {
  for (let index = 0; index < times; index++) yield chunk;
}
