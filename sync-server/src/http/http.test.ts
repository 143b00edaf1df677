import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signText } from '@benchmate/shared/facts/keys';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import type { Sessions } from '../access/sessions.ts';
import type { SpokenInvites } from '../access/spoken-invites.ts';
import type { Operations } from '../operations/operations.ts';
import type { SyncServer } from '../server.ts';
import { postJson, RawClient, temporaryServer } from '../simulated-client.ts';
import { routes } from './routes.ts';

let server: SyncServer;
let now = Date.now();
beforeEach(async () => {
  server = await temporaryServer({
    open: true,
    allowHosts: ['sync.example.org'],
    allowOrigins: ['https://lab.example'],
    now: () => now,
  });
});
afterEach(() => server.close());

/** One raw request, so that headers are exactly what a stranger sends. */
async function raw(head: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', data => (answer += String(data)));
  socket.on('error', () => {});
  socket.write(`${head}\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return answer;
}
const status = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);

/** Every route there is; the parts behind them are not reached. */
const table = routes({} as Operations, {} as Sessions, {} as SpokenInvites);

describe('the route table', () => {
  it.each(table.map(({ method, path, rule }) => [method, path, rule] as const))(
    '%s %s (%s) is refused for a foreign Host and a foreign Origin',
    async (method, path, rule) => {
      expect(['public', 'proves']).toContain(rule);
      const port = new URL(server.url).port;
      const own = `127.0.0.1:${port}`;
      const strangers = [
        'evil.com',
        `evil.com:${port}`,
        `127.0.0.1.nip.io:${port}`,
        '127.0.0.1',
        `127.0.0.1:${Number(port) + 1}`,
      ];
      for (const host of strangers) expect(status(await raw(`${method} ${path} HTTP/1.1\r\nHost: ${host}`))).toBe(403);
      expect(status(await raw(`${method} ${path} HTTP/1.1\r\nHost: ${own}\r\nHost: ${own}`))).toBeGreaterThanOrEqual(
        400,
      );
      expect(status(await raw(`${method} http://evil.com${path} HTTP/1.1\r\nHost: ${own}`))).toBe(403);
      const near = [`http://127.0.0.1:${Number(port) + 1}`, `http://${own}.evil.com`, `ftp://${own}`];
      for (const origin of ['https://evil.com', 'null', `http://localhost.evil.com`, ...near])
        expect(status(await raw(`${method} ${path} HTTP/1.1\r\nHost: ${own}\r\nOrigin: ${origin}`))).toBe(403);
      expect(status(await raw(`${method} ${path} HTTP/1.1\r\nHost: ${own}\r\nSec-Fetch-Site: cross-site`))).toBe(403);
      const addressed = await raw(`${method} ${path} HTTP/1.1\r\nHost: sync.example.org`);
      expect(status(addressed)).toBe(rule === 'public' ? 200 : 400);
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
        const forged = `HTTP/1.1\r\nHost: ${own}\r\nContent-Type: ${type}\r\nContent-Length: 2\r\n\r\n{}`;
        expect(status(await raw(`POST ${path} ${forged}`))).toBe(method === 'POST' ? 400 : 404);
      }
    },
  );

  it.each(['/', '/../../etc/passwd', '/..%2f..%2fetc%2fpasswd', '/%00', '/~access', '/health/../secret'])(
    'has nothing at %s',
    async path => {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${new URL(server.url).port}`);
      expect(status(answer)).toBe(404);
      expect(answer).not.toMatch(/root:/);
    },
  );

  it('bounds a body', async () => {
    const huge = await postJson(server.url, '/~access/challenge', { device: 'x'.repeat(20_000) });
    expect(huge).toMatchObject({ status: 413, body: { code: 'TOO_LARGE' } });
    expect(await postJson(server.url, '/~access/challenge', { device: 7 })).toMatchObject({ status: 400 });
  });
});

describe('sockets', () => {
  it('are refused before the handshake for a foreign Host or Origin', async () => {
    const strangers: Record<string, string>[] = [
      { Host: 'evil.com' },
      { Origin: 'https://evil.com' },
      { Origin: 'null' },
    ];
    for (const headers of strangers) {
      const client = new RawClient(server.url, 'room', [], headers);
      await expect(client.opened).rejects.toThrow(/403/);
    }
    const allowed = new RawClient(server.url, 'room', [], { Origin: 'https://lab.example' });
    await allowed.opened;
    allowed.socket.terminate();
  });
});

describe('sessions', () => {
  const ana = SimulatedDevice.founder('Ana', 1);
  const challenge = async () =>
    ((await postJson(server.url, '/~access/challenge', { device: ana.device })).body as { nonce: string }).nonce;
  const begin = (nonce: string, signature: string, device = ana.device) =>
    postJson(server.url, '/~access/session', { device, nonce, signature });

  it('need the device’s own signature over a nonce of one use and one minute', async () => {
    const nonce = await challenge();
    const signature = signText(`benchmate-sync:${nonce}`, ana.keys);
    expect(await begin(nonce, signature)).toMatchObject({ status: 200, body: { expiresAt: now + 600_000 } });
    expect(await begin(nonce, signature)).toMatchObject({ status: 401 });
    const wrong = await challenge();
    expect(await begin(wrong, signText(wrong, ana.keys))).toMatchObject({ status: 401 });
    const foreign = await challenge();
    const eve = SimulatedDevice.founder('Eve', 9);
    expect(await begin(foreign, signText(`benchmate-sync:${foreign}`, eve.keys), eve.device)).toMatchObject({
      status: 401,
    });
    const late = await challenge();
    now += 61_000;
    expect(await begin(late, signText(`benchmate-sync:${late}`, ana.keys))).toMatchObject({ status: 401 });
  });

  it('are only for keys of devices', async () => {
    for (const device of ['', 'short', '!'.repeat(43)])
      expect(await postJson(server.url, '/~access/challenge', { device })).toMatchObject({ status: 400 });
  });
});
