import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { objectsContract } from '../../sync-server/src/blobs/objects-contract.ts';
import { S3Objects } from '../../sync-server/src/blobs/s3-objects.ts';
import { openS3, type Service } from '../support/services.ts';

let s3: Service;
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'bench');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'canary-secret');
  s3 = await openS3();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3?.remove();
});

describe('an S3-compatible store', () => {
  const open = () => S3Objects.open(s3.url);
  objectsContract(open, open);

  it('is told apart from what is none, without its keys', async () => {
    await expect(S3Objects.open(s3.url.replace('/bench', '/other-bucket'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    for (const address of ['', 'ftp://h/bucket', 'http://user:key@h/bucket', 'http://h/', 'http://h/a/b'])
      await expect(S3Objects.open(address)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const error = await S3Objects.open('http://127.0.0.1:9/bench').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'OFFLINE' });
    expect(String(error)).not.toContain('canary-secret');
  });
});
