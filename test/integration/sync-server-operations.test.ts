import { readFileSync, mkdtempSync, rmSync, writeFileSync, copyFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import parsePrometheus from 'parse-prometheus-text-format';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { acksSubprotocol, closeCode } from '@benchmate/shared/protocol/document-wire';
import { updateFrame } from '../../sync-server/src/rooms/frames.ts';
import {
  insertion,
  openDocument,
  postJson,
  RawClient,
  session,
  share,
} from '../../sync-server/src/simulated-client.ts';
import { writeCertificate } from '../support/certificate.ts';
import { startLogging, type LoggingProgram } from '../support/logging-program.ts';
import { startProgram } from '../support/program.ts';
import { until } from '../support/until.ts';

const dir = mkdtempSync(join(tmpdir(), 'benchmate-operations-'));
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function start(name: string, ...args: string[]): Promise<LoggingProgram> {
  const server = await startLogging('sync-server/src/main.ts', ['--data-dir', join(dir, name), ...args]);
  cleanUps.push(async () => {
    server.child.kill('SIGKILL');
    await server.exited;
  });
  return server;
}

const parseBound = (text: string) => (text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text));
const isAck = (frame: Buffer) => frame[0] === 8;
const lines = ({ log }: LoggingProgram) =>
  log()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { event: string });

describe('metrics', () => {
  test('are what Prometheus reads: counts, gauges and how long acknowledgements take', async () => {
    const { url } = await start('metrics', '--open', '--quota', 'updateBytes=2000');
    const writer = new RawClient(url, 'room', [acksSubprotocol]);
    await writer.opened;
    for (let i = 0; i < 30; i++) writer.socket.send(updateFrame(insertion(`${i}`)));
    while ((await writer.next(isAck))[1]! < 30);
    const large = new RawClient(url, 'room');
    await large.opened;
    large.socket.send(updateFrame(insertion('x'.repeat(3000))));
    expect((await large.closed).code).toBe(closeCode.tooLarge);
    const broken = new RawClient(url, 'room');
    await broken.opened;
    broken.socket.send(Buffer.from([9, 9, 9]));
    expect((await broken.closed).code).toBe(closeCode.badRequest);

    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    const families = parsePrometheus(await answer.text());
    const family = (name: string) => families.find(found => found.name === `benchmate_sync_${name}`)!;
    const value = (name: string) => Number(family(name).metrics[0]!.value);
    for (const { help, type } of families)
      expect([help.length > 0, type]).toEqual([true, expect.stringMatching(/^(COUNTER|GAUGE|HISTOGRAM)$/)]);
    expect(value('updates_total')).toBe(30);
    expect(value('over_quota_total')).toBe(1);
    expect(value('malformed_total')).toBe(1);
    expect(value('connections')).toBe(1);
    expect(value('rooms')).toBe(1);
    expect(value('documents')).toBe(1);
    expect(value('committing')).toBe(0);
    expect(value('ready')).toBe(1);
    expect(value('storage_bytes')).toBeGreaterThan(4096);
    expect(value('resident_memory_bytes')).toBeGreaterThan(10_000_000);
    const closed = family('closed_total').metrics.map(({ labels, value: count }) => [labels?.['code'], count]);
    expect(closed).toEqual([
      ['4413', '1'],
      ['4400', '1'],
    ]);
    const { buckets, count } = family('ack_seconds').metrics[0]!;
    const bounds = Object.keys(buckets!).toSorted((a, b) => parseBound(a) - parseBound(b));
    const growing = bounds.map(bound => Number(buckets![bound]));
    expect(growing).toEqual(growing.toSorted((a, b) => a - b));
    expect([count, growing.at(-1)]).toEqual(['30', 30]);
    expect(families.map(({ name }) => name)).toContain('benchmate_sync_compaction_seconds');
    writer.socket.terminate();
  });
});

describe('SIGTERM', () => {
  test('SY21 is a goodbye: not ready first, still served meanwhile, then everything committed and 1001', async () => {
    const server = await start('drain', '--open', '--drain-seconds', '1');
    const { url, child } = server;
    const writer = new RawClient(url, 'room', [acksSubprotocol]);
    await writer.opened;
    child.kill('SIGTERM');
    await until(async () => (await fetch(`${url}/ready`)).status === 503);
    expect(await (await fetch(`${url}/ready`)).json()).toEqual({ ready: false, reason: 'stopping' });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    writer.socket.send(updateFrame(insertion('served')));
    expect((await writer.next(isAck))[1]).toBe(1);
    expect(await writer.closed).toEqual({ code: closeCode.goingAway, reason: 'The sync server is stopping.' });
    expect(await server.exited).toBe(0);
    const again = await start('drain', '--open');
    const reader = new RawClient(again.url, 'room');
    await reader.opened;
    expect(await reader.text()).toBe('served');
    reader.socket.terminate();
  });
});

describe('the log', () => {
  test('is JSON, and holds no ticket, nonce, signature, key of an invite or content', async () => {
    const server = await start('log');
    const ana = SimulatedDevice.founder('Ana', 1);
    const feeds = await share(server.url, ana);
    const { body } = await session(server.url, ana);
    const { ticket } = body as { ticket: string };
    const note = await openDocument(server.url, ana);
    note.socket.send(updateFrame(insertion('canary-of-a-note')));
    await note.next(isAck);
    note.socket.send(Buffer.from('canary-of-a-frame'));
    await note.closed;
    const stranger = new RawClient(server.url, `${ana.feeds.teamId}.note.n1?canary-of-a-query`, [
      'benchmate.ticket.canary-of-a-ticket',
    ]);
    await stranger.closed;
    const { nonce } = (await postJson(server.url, '/~access/challenge', { device: ana.device })).body as {
      nonce: string;
    };
    await postJson(server.url, '/~access/session', { device: ana.device, nonce, signature: 'canary-of-a-signature' });
    feeds.say({
      type: 'entries',
      entries: [
        {
          ...ana.state({ kind: 'model.created', model: 'canary-of-a-fact', description: '' }).entry,
          sig: 'canary-of-an-entry',
        },
      ],
    });
    await feeds.message('refused');
    feeds.socket.terminate();
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
    const events = lines(server).map(({ event }) => event);
    expect(events).toEqual(
      expect.arrayContaining(['started', 'connection-closed', 'connection-refused', 'stopping', 'stopped']),
    );
    for (const secret of ['canary', ticket, nonce]) expect(server.log()).not.toContain(secret);
  });
});

/** Headers of a request over TLS that trusts this authority alone, and the certificate that it met. */
function overTls(url: string, ca: string) {
  return new Promise<{ status: number; subject: string }>((resolve, reject) => {
    request(`${url}/ready`, { ca: readFileSync(ca), agent: false }, response => {
      const subject = (response.socket as TLSSocket).getPeerCertificate().subject.CN as string;
      response.resume();
      resolve({ status: response.statusCode!, subject });
    })
      .on('error', reject)
      .end();
  });
}

describe('TLS', () => {
  test('with certificate files: an engine that knows their authority connects, and a new certificate is taken without a restart', async () => {
    const one = await writeCertificate(dir, 'one');
    const two = await writeCertificate(dir, 'two');
    const used = { cert: join(dir, 'used.crt'), key: join(dir, 'used.key') };
    const use = (pair: typeof one) => (['cert', 'key'] as const).forEach(part => copyFileSync(pair[part], used[part]));
    use(one);
    const server = await start('tls', '--tls-cert', used.cert, '--tls-key', used.key);
    expect(server.url).toMatch(/^https:/);
    expect(await overTls(server.url, one.cert)).toEqual({ status: 200, subject: 'one.example.org' });

    const dataDir = join(dir, 'engine');
    const engine = await startProgram('desktop/engine/src/main.ts', ['run', '--data-dir', dataDir], {
      NODE_EXTRA_CA_CERTS: one.cert,
    });
    cleanUps.push(() => engine.stop());
    const client = connectEngine(dataDir);
    cleanUps.push(() => client.close());
    await client.team.connect.mutate({ serverUrl: server.url });
    await until(async () => (await client.team.state.query()).sync.state === 'online');

    writeFileSync(used.key, readFileSync(two.key)); // half of a new pair: not used
    server.child.kill('SIGHUP');
    await until(() => lines(server).some(({ event }) => event === 'certificate-unusable'));
    expect(await overTls(server.url, one.cert)).toMatchObject({ subject: 'one.example.org' });
    use(two);
    server.child.kill('SIGHUP');
    await until(() => lines(server).some(({ event }) => event === 'certificate-loaded'));
    expect(await overTls(server.url, two.cert)).toEqual({ status: 200, subject: 'two.example.org' });
    await expect(overTls(server.url, one.cert)).rejects.toThrow(/certificate/);
    expect((await client.team.state.query()).sync.state).toBe('online');
  });

  test('is refused with files that do not belong together; without it the network has to be allowed', async () => {
    const one = await writeCertificate(dir, 'mine');
    const two = await writeCertificate(dir, 'other');
    const mixed = start('refused', '--tls-cert', one.cert, '--tls-key', two.key);
    await expect(mixed).rejects.toThrow(/not a certificate and its key/);
    expect((await start('plain', '--bind', '0.0.0.0', '--allow-plain')).url).toMatch(/^http:\/\/0\.0\.0\.0:/);
  });
});

describe('behind a proxy', () => {
  test('its forwarding headers count only with --trust-proxy, and of several addresses only its own', async () => {
    const headers = { 'X-Forwarded-Host': 'sync.example.org', 'X-Forwarded-For': '198.51.100.1, 203.0.113.7' };
    const asked = async (...args: string[]) => {
      const server = await start(`proxy-${args.length}`, '--allow-host', 'sync.example.org', ...args);
      const client = new RawClient(server.url, 'x'.repeat(43), [], headers);
      const opened = await client.opened.then(
        () => true,
        () => false,
      );
      if (opened) await client.closed;
      await until(() => !opened || lines(server).some(({ event }) => event === 'connection-refused'));
      return lines(server).find(({ event }) => event === 'connection-refused');
    };
    expect(await asked('--trust-proxy')).toMatchObject({ address: '203.0.113.7' });
    expect(await asked()).toMatchObject({ address: '127.0.0.1' });
    const strict = await start('proxy-strict', '--trust-proxy', '--allow-host', 'sync.example.org');
    const foreign = new RawClient(strict.url, 'room', [], { 'X-Forwarded-Host': 'evil.example' });
    await expect(foreign.opened).rejects.toThrow(/403/);
  });
});
