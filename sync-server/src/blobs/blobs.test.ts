import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { blobPath, blobPartBytes, type BlobUploadState } from '@benchmate/shared/protocol/blobs-wire';
import { share, session, temporaryServer } from '../simulated-client.ts';
import type { SyncServer } from '../server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'benchmate-blobs-'));
let server: SyncServer;
let ana: SimulatedDevice;
let stranger: SimulatedDevice;
const tickets = new Map<SimulatedDevice, string>();

beforeAll(async () => {
  server = await temporaryServer({ dataDir, quotas: { blobBytes: 40_000_000, teamBlobBytes: 60_000_000 } });
  ana = SimulatedDevice.founder('Ana', 1);
  stranger = SimulatedDevice.founder('Sam', 2);
  for (const device of [ana, stranger]) {
    (await share(server.url, device)).socket.close();
    tickets.set(device, await ticketOf(device));
  }
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function ticketOf(device: SimulatedDevice): Promise<string> {
  return ((await session(server.url, device)).body as { ticket: string }).ticket;
}

const idOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const urlOf = (team: string, id: string) => `${server.url}${blobPath(team, id)}`;
const bearer = (device: SimulatedDevice) => ({ authorization: `Bearer ${tickets.get(device)}` });

async function begin(device: SimulatedDevice, id: string, sizeBytes: number, team = device.feeds.teamId) {
  const answer = await fetch(urlOf(team, id), {
    method: 'POST',
    headers: { ...bearer(device), 'content-type': 'application/json' },
    body: JSON.stringify({ sizeBytes }),
  });
  return { status: answer.status, body: (await answer.json()) as BlobUploadState & { code?: string } };
}

async function send(device: SimulatedDevice, id: string, content: Uint8Array, offset = 0) {
  const answer = await fetch(urlOf(device.feeds.teamId, id), {
    method: 'PATCH',
    headers: { ...bearer(device), 'upload-offset': String(offset), 'content-type': 'application/octet-stream' },
    body: new Uint8Array(content),
  });
  return { status: answer.status, body: (await answer.json()) as BlobUploadState & { code?: string } };
}

async function upload(device: SimulatedDevice, content: Uint8Array): Promise<string> {
  const id = idOf(content);
  if ((await begin(device, id, content.length)).body.complete) return id;
  expect(await send(device, id, content)).toEqual({ status: 200, body: { offset: content.length, complete: true } });
  return id;
}

async function read(device: SimulatedDevice, id: string, { team = device.feeds.teamId, range = '' } = {}) {
  const answer = await fetch(urlOf(team, id), { headers: { ...bearer(device), ...(range ? { range } : {}) } });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

/** Sends some bytes of a larger upload and leaves the connection as it is. */
async function sendSome(id: string, offset: number, bytes: Uint8Array, announced: number) {
  const patch = httpRequest(urlOf(ana.feeds.teamId, id), {
    method: 'PATCH',
    headers: { ...bearer(ana), 'upload-offset': offset, 'content-length': announced },
  });
  patch.on('error', () => {});
  if (!patch.write(bytes)) await once(patch, 'drain').catch(() => {});
  return patch;
}

describe('blobs', () => {
  it('B10 are read as they were sent, whole, in ranges and without a byte', async () => {
    const content = randomBytes(blobPartBytes + 100_000);
    const id = await upload(ana, content);
    const whole = await read(ana, id);
    expect(whole.body.equals(content)).toBe(true);
    expect(whole.headers.get('content-disposition')).toBe('attachment');
    const rest = await read(ana, id, { range: `bytes=${blobPartBytes - 5}-` });
    expect(rest.status).toBe(206);
    expect(rest.body.equals(content.subarray(blobPartBytes - 5))).toBe(true);
    expect((await read(ana, id, { range: 'bytes=2-4' })).body.equals(content.subarray(2, 5))).toBe(true);
    expect((await read(ana, id, { range: `bytes=${content.length}-` })).status).toBe(416);
    const empty = await upload(ana, new Uint8Array());
    expect(await read(ana, empty)).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  it('B11 go on where a connection was cut, and where the server was restarted', async () => {
    const content = randomBytes(2 * blobPartBytes + 5000);
    const id = idOf(content);
    expect((await begin(ana, id, content.length)).body).toEqual({ offset: 0, complete: false });
    const before = partBytes();
    const first = await sendSome(id, 0, content.subarray(0, blobPartBytes + 70_000), content.length);
    // Some of it has arrived; the line is dead and nobody has noticed: whoever comes back is told the truth all the same.
    await expect.poll(() => partBytes()).toBeGreaterThanOrEqual(before + blobPartBytes);
    const { offset } = (await begin(ana, id, content.length)).body;
    expect(offset).toBeGreaterThanOrEqual(blobPartBytes);
    first.destroy();
    expect((await send(ana, id, content.subarray(offset + 1), offset + 1)).body.code).toBe('CONFLICT');
    expect((await read(ana, id)).status).toBe(404);
    await server.close();
    server = await temporaryServer({ dataDir, quotas: { blobBytes: 40_000_000, teamBlobBytes: 60_000_000 } });
    const { body } = await begin(ana, id, content.length);
    expect(body).toEqual({ offset, complete: false });
    expect((await send(ana, id, content.subarray(offset), offset)).body.complete).toBe(true);
    expect((await read(ana, id)).body.equals(content)).toBe(true);
    expect((await begin(ana, id, content.length)).body).toEqual({ offset: content.length, complete: true });
  });

  it('B12 with another hash than their name are refused, and nothing of them stays', async () => {
    const content = randomBytes(1000);
    const id = idOf(randomBytes(8));
    const before = partBytes();
    await begin(ana, id, content.length);
    expect(await send(ana, id, content)).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    expect((await read(ana, id)).status).toBe(404);
    expect(partBytes()).toBe(before);
    expect((await begin(ana, id, content.length)).body).toEqual({ offset: 0, complete: false });
    expect((await send(ana, id, Buffer.concat([content, content]))).body.code).toBe('BAD_REQUEST');
  });

  it('B13 of a team are seen by its members alone, and stored once', async () => {
    const content = randomBytes(5000);
    const id = await upload(ana, content);
    const stored = partBytes();
    const here = await read(stranger, id, { team: ana.feeds.teamId });
    const nowhere = await read(stranger, idOf(randomBytes(8)), { team: ana.feeds.teamId });
    expect(here.status).toBe(403);
    expect(here.body.equals(nowhere.body)).toBe(true);
    expect((await begin(stranger, id, content.length, ana.feeds.teamId)).status).toBe(403);
    expect((await read(stranger, id)).status).toBe(404);
    // The content has to be brought to be had: its name is not enough.
    expect((await begin(stranger, id, content.length)).body).toEqual({ offset: 0, complete: false });
    await upload(stranger, content);
    expect((await read(stranger, id)).body.equals(content)).toBe(true);
    expect(partBytes()).toBe(stored);
  });

  it('B14 are read by viewers and written by contributors; nobody without a ticket, nobody after a removal', async () => {
    const id = await upload(ana, Buffer.from('for all'));
    expect((await fetch(urlOf(ana.feeds.teamId, id))).status).toBe(401);
    const forged = { authorization: `Bearer ${tickets.get(stranger)}x` };
    expect((await fetch(urlOf(ana.feeds.teamId, id), { headers: forged })).status).toBe(401);
    const [viewer, contributor] = (['viewer', 'contributor'] as const).map((role, index) =>
      ana.welcome(role, 30 + index, role),
    );
    for (const device of [viewer!, contributor!]) {
      ana.syncWith(device);
      (await share(server.url, ana)).socket.close();
      tickets.set(device, await ticketOf(device));
      expect((await read(device, id)).body.toString()).toBe('for all');
    }
    expect((await begin(viewer!, idOf(randomBytes(3)), 3)).status).toBe(403);
    await upload(contributor!, Buffer.from('by a contributor'));
    ana.state({ kind: 'member.removed', device: contributor!.device });
    (await share(server.url, ana)).socket.close();
    expect((await read(contributor!, id)).status).toBe(403);
    expect((await begin(contributor!, idOf(randomBytes(3)), 3)).status).toBe(403);
  });

  it('B14 are refused to web pages and to requests for another address', async () => {
    const id = await upload(ana, Buffer.from('for the team'));
    for (const foreign of [{ origin: 'https://evil.example' }, { host: 'evil.example' }]) {
      const { port, pathname } = new URL(urlOf(ana.feeds.teamId, id));
      const asked = httpRequest({ port, host: '127.0.0.1', path: pathname, headers: { ...bearer(ana), ...foreign } });
      asked.end();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).toBe(403);
    }
  });

  it('B15 are held to the quotas of a file and of a team', async () => {
    const [large, many] = [idOf(randomBytes(3)), idOf(randomBytes(3))];
    expect(await begin(ana, large, 40_000_001)).toMatchObject({ status: 413, body: { code: 'TOO_LARGE' } });
    expect(await begin(stranger, large, 39_000_000)).toMatchObject({ status: 200 });
    expect(await begin(stranger, many, 39_000_000)).toMatchObject({ status: 507, body: { code: 'QUOTA_EXCEEDED' } });
  });

  it('B15 leave places to others, whatever one device sends at once', async () => {
    const under = [];
    for (let index = 0; index < 8; index++) {
      const id = idOf(randomBytes(8));
      await begin(ana, id, 1000);
      under.push(await sendSome(id, 0, randomBytes(10), 1000));
    }
    const [id, other] = [idOf(randomBytes(8)), idOf(randomBytes(8))];
    await begin(ana, id, 1000);
    await expect.poll(async () => (await send(ana, id, randomBytes(10))).status).toBe(503);
    await begin(stranger, other, 1000);
    expect((await send(stranger, other, randomBytes(10))).body).toEqual({ offset: 10, complete: false });
    for (const patch of under) patch.destroy();
  });

  it.each(['..%2f..%2fcanary', 'a'.repeat(63), 'A'.repeat(64), `${'a'.repeat(62)}/.`, `${'a'.repeat(64)}?x=1`, '%00'])(
    'B16 have no name like %s',
    async name => {
      for (const method of ['GET', 'POST', 'PATCH'])
        for (const team of [ana.feeds.teamId, '..', '%2e%2e']) {
          const answer = await fetch(`${server.url}/~blobs/${team}/${name}`, { method, headers: bearer(ana) });
          expect(answer.status, `${method} ${team}`).toBe(404);
        }
    },
  );
});

/** Bytes of all objects on the disk, finished or not. */
function partBytes(): number {
  const files = readdirSync(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  return files
    .filter(file => file.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
