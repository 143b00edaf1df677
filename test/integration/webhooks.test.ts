import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { benchEvent, type BenchEvent } from '@benchmate/shared/domain/bench-event';
import { EngineUnderTest } from '../chaos/engine-under-test.ts';
import { writeCertificate } from '../support/certificate.ts';
import { programFile } from '../support/program-file.ts';
import { until } from '../support/until.ts';

const cli = programFile('desktop/cli/src/main.ts');
const answered = (response: ServerResponse) => void response.writeHead(204).end();

let folder: string;
let engine: EngineUnderTest;
/** Certificates that name localhost; the engine trusts one of them. */
let known: { cert: string; key: string };
let unknown: { cert: string; key: string };
let secret: string;
let webhookId: string;
let answer = answered;
const received: { headers: IncomingHttpHeaders; body: string }[] = [];
const receive = (request: IncomingMessage, response: ServerResponse) => {
  let body = '';
  request.setEncoding('utf8').on('data', part => (body += part));
  request.on('end', () => {
    received.push({ headers: request.headers, body });
    answer(response);
  });
};
const receiver = createServer(receive);

async function benchmate(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [cli, ...args, '--data-dir', engine.dataDir]);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

const url = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?key=canary-of-the-query`;
const types = () => received.map(({ body }) => (JSON.parse(body) as { type: string }).type);

/** A run from its creation to its end; resolves when the end is acknowledged. */
async function run(status: string): Promise<string> {
  const api = '/api/2.0/mlflow/runs';
  const created = await engine.post(`${api}/create`, {
    experiment_id: '0',
    start_time: 1000,
    run_name: `run ${status}`,
  });
  const { run_id } = (created['run'] as { info: { run_id: string } }).info;
  await engine.post(`${api}/log-parameter`, { run_id, key: 'p', value: 'canary-of-a-param' });
  await engine.post(`${api}/update`, { run_id, status, end_time: 2000 });
  return run_id;
}

/** Every file under a folder in which a text stands. */
const holding = (dir: string, text: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile() && readFileSync(join(file.parentPath, file.name)).includes(text))
    .map(({ name }) => name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'benchmate-webhooks-'));
  engine = new EngineUnderTest(join(folder, 'data'));
  known = await writeCertificate(folder, 'known');
  unknown = await writeCertificate(folder, 'unknown');
  await Promise.all([
    engine.start({ NODE_EXTRA_CA_CERTS: known.cert }),
    once(receiver.listen(0, '127.0.0.1'), 'listening'),
  ]);
});
afterAll(async () => {
  await engine.kill();
  receiver.closeAllConnections();
  receiver.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('W7 W8 an address of this machine takes a choice; a delivery verifies by the library of Standard Webhooks', async () => {
  const refused = await benchmate('webhooks', 'add', url());
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(/private network\.\n→ Add --allow-private/);

  const added = await benchmate('webhooks', 'add', url(), '--allow-private', '--json');
  const shown = JSON.parse(added.out) as { secret: string; webhook: { webhookId: string; url: string } };
  ({ secret } = shown);
  ({ webhookId } = shown.webhook);
  expect(shown.webhook.url).toMatch(/\/hook\?…$/);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);

  expect((await benchmate('webhooks', 'test', webhookId.slice(0, 6))).out).toBe('The receiver answered 204.\n');
  const { headers, body } = received[0]!;
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': expect.stringMatching(/^Benchmate/),
  });
  const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
  expect(verified).toMatchObject({ type: 'webhook.test', data: { webhookId } });
  const changed = body.replace('test', 'best');
  expect(() => new Webhook(secret).verify(changed, headers as Record<string, string>)).toThrow(/signature/);
});

test('W8 over TLS the receiver must prove its name', async () => {
  received.length = 0;
  for (const [{ cert, key }, outcome] of [
    [known, { state: 'delivered', status: 204 }],
    [unknown, { state: 'failed', status: null, problem: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY/) }],
  ] as const) {
    const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, receive);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const added = await engine.rpc('webhooks.add', { url: `https://localhost:${port}/`, allowPrivate: true });
    const { webhookId: id } = added['webhook'] as { webhookId: string };
    expect(await engine.rpc('webhooks.test', { webhookId: id })).toMatchObject(outcome);
    await engine.rpc('webhooks.remove', { webhookId: id });
    server.closeAllConnections();
    server.close();
  }
  expect(received).toHaveLength(1);
});

test('W1 W5 W9 ends of runs and jobs, verdicts and promotions are told in order', async () => {
  received.length = 0;
  const ids = [await run('FINISHED'), await run('FAILED'), await run('KILLED')];
  await engine.rpc('registry.register', { model: 'churn', runId: null, source: 'runs:/x/model' });
  await engine.rpc('registry.promote', { model: 'churn', version: 1, alias: 'champion' });
  await engine.rpc('jobs.submit', {
    dir: folder,
    command: [process.execPath, '-e', '"canary-of-a-command"; process.exit(3)'],
  });
  await until(() => received.length >= 5);
  expect(types()).toEqual(['run.finished', 'run.failed', 'run.failed', 'alias.set', 'job.failed']);
  const events = received.map(({ headers, body }) => {
    const { timestamp, ...event } = new Webhook(secret).verify(body, headers as Record<string, string>) as {
      timestamp: string;
    };
    return benchEvent.parse({ id: headers['webhook-id'], at: timestamp, ...event });
  });
  expect(events.map(({ data }) => data)).toMatchObject([
    { runId: ids[0], name: 'run FINISHED', status: 'FINISHED', startTime: 1000, endTime: 2000 },
    { runId: ids[1], status: 'FAILED' },
    { runId: ids[2], status: 'KILLED' },
    { model: 'churn', version: 1, alias: 'champion' },
    { state: 'failed', exitCode: 3 },
  ]);
  expect(JSON.stringify(received)).not.toMatch(/canary-of-a/);
});

test('W2 W4 killed while the receiver has an event, the engine sends it again under the same id', async () => {
  received.length = 0;
  answer = () => {};
  const runId = await run('FINISHED');
  await until(() => received.length === 1);
  await engine.kill();
  answer = answered;
  await engine.start();
  await until(() => received.length === 2);
  expect(received[1]!.headers['webhook-id']).toBe(received[0]!.headers['webhook-id']);
  expect(received.every(({ body }) => body.includes(runId))).toBe(true);
  type Shown = { state: string }[];
  const sent = await until(async () => {
    const shown = (await engine.rpc('webhooks.deliveries', { webhookId }, 'query')) as unknown as Shown;
    return shown.every(({ state }) => state === 'delivered') && shown;
  });
  expect(sent).toHaveLength(7);
});

test('watch prints a line for each event until it is interrupted', async () => {
  const watch = (...args: string[]) => {
    const child = spawn(process.execPath, [cli, 'watch', '--data-dir', engine.dataDir, ...args], {
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '1' },
    });
    const seen = { child, out: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (seen.out += text));
    return seen;
  };
  const [words, json] = [watch(), watch('--json')];
  // What happened before they listened is not shown.
  await until(async () => {
    await run('FAILED');
    return words.out.includes('\n') && json.out.includes('\n');
  });
  expect(words.out.split('\n')[0]).toMatch(/^\d\d:\d\d:\d\d {2}run\.failed {8}Run run FAILED failed\.$/);
  const event: BenchEvent = benchEvent.parse(JSON.parse(json.out.split('\n')[0]!));
  expect(event).toMatchObject({ type: 'run.failed', data: { name: 'run FAILED' } });
  for (const { child } of [words, json]) {
    const closed = once(child, 'close');
    child.kill('SIGINT');
    expect(await closed).toEqual([0, null]);
  }
});

test('W7 the secret stands nowhere: not in the store, not in a log, a list or a backup', async () => {
  const list = await benchmate('webhooks', 'list');
  expect(list.out).toContain(webhookId);
  const backup = join(folder, 'bench.tar');
  expect((await benchmate('store', 'backup', backup)).code).toBe(0);
  const raw = Buffer.from(secret.slice(6), 'base64');
  for (const canary of [secret.slice(6), raw.toString('hex'), raw.toString('latin1')]) {
    expect(list.out).not.toContain(canary);
    expect(holding(folder, canary)).toEqual([]);
  }
  expect(readFileSync(backup).includes(raw)).toBe(false);
  expect(list.out).not.toContain('canary');
  expect(holding(join(engine.dataDir, 'logs'), 'canary')).toEqual([]);
  if (process.platform !== 'win32')
    expect((statSync(engine.dataDir).mode | statSync(backup).mode) & 0o077, 'others may read').toBe(0);
  expect((await benchmate('webhooks', 'remove', webhookId)).code).toBe(0);
  expect(await engine.rpc('webhooks.list', undefined, 'query')).toEqual([]);
});
