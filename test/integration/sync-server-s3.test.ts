import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { blobPartBytes, blobPath, type BlobUploadState } from '@benchmate/shared/protocol/blobs-wire';
import { objectsContract } from '../../sync-server/src/blobs/objects-contract.ts';
import { S3Objects } from '../../sync-server/src/blobs/s3-objects.ts';
import { session, share } from '../../sync-server/src/simulated-client.ts';
import { startProgram } from '../support/program.ts';
import { openPostgres, openS3, type Service } from '../support/services.ts';
import { until } from '../support/until.ts';

const database = await openPostgres();
let s3: Service;
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'bench');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'canary-secret');
  s3 = await openS3();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3?.remove();
  await database?.remove();
});

describe('an S3-compatible store', () => {
  const open = () => S3Objects.open(s3.url);
  objectsContract(open, open);

  it('is told apart from what is none, without its keys', async () => {
    for (const address of [
      s3.url.replace('/bench', '/other'),
      '',
      'ftp://h/bucket',
      'http://user:key@h/bucket',
      'http://h/',
      'http://h/a/b',
    ])
      await expect(S3Objects.open(address)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const error = await S3Objects.open('http://127.0.0.1:9/bench').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'OFFLINE' });
    expect(String(error)).not.toContain('canary-secret');
  });
});

// Where PostgreSQL is missing: apt-get install postgresql, or put its programs on PATH.
describe.skipIf(!database)('two servers on one database and one object store', () => {
  it('B11 let an upload that was cut by the kill -9 of one go on at the other', async () => {
    const start = () =>
      startProgram<{ url: string }>('sync-server/src/main.ts', [], {
        BENCHMATE_SYNC_DATABASE: database!.url,
        BENCHMATE_SYNC_BLOBS: s3.url,
      });
    const [one, other] = await Promise.all([start(), start()]);
    const ana = SimulatedDevice.founder('Ana', 1);
    (await share(one.announced.url, ana)).socket.close();
    const { ticket } = (await session(one.announced.url, ana)).body as { ticket: string };
    const content = randomBytes(2 * blobPartBytes + 5000);
    const path = blobPath(ana.feeds.teamId, createHash('sha256').update(content).digest('hex'));
    const ask = (url: string, init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }) =>
      fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${ticket}`, ...init.headers } });
    const begin = async (url: string) => {
      const body = JSON.stringify({ sizeBytes: content.length });
      const answer = await ask(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as BlobUploadState;
    };
    expect(await begin(one.announced.url)).toEqual({ offset: 0, complete: false });
    const patch = request(`${one.announced.url}${path}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${ticket}`, 'upload-offset': 0, 'content-length': content.length },
    });
    patch.on('error', () => {});
    patch.write(content.subarray(0, blobPartBytes + 70_000));
    // What one has noted, the other knows.
    const noted = await until(async () => (await begin(other.announced.url)).offset);
    await one.kill();
    const { offset } = await begin(other.announced.url);
    expect([noted, offset]).toEqual([blobPartBytes, blobPartBytes]);
    const rest = new Uint8Array(content.subarray(offset));
    const sent = await ask(other.announced.url, {
      method: 'PATCH',
      headers: { 'upload-offset': String(offset) },
      body: rest,
    });
    expect(await sent.json()).toEqual({ offset: content.length, complete: true });
    const again = await start();
    const read = await ask(again.announced.url, { headers: { range: 'bytes=10-' } });
    expect(read.status).toBe(206);
    expect(Buffer.from(await read.arrayBuffer()).equals(content.subarray(10))).toBe(true);
    await Promise.all([other.stop(), again.stop()]);
  });
});
