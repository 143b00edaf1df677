import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { blobPartBytes } from '@benchmate/shared/protocol/blobs-wire';
import type { BlobObjects, Upload } from './ports.ts';

const name = () => randomBytes(16).toString('hex');
const whole = async (stream: Readable) => Buffer.concat((await stream.toArray()) as Buffer[]);

async function begun(objects: BlobObjects, sizeBytes: number): Promise<Upload> {
  const id = name();
  const handle = await objects.begin(id);
  return { id, team: 't', device: 'd', blob: 'b', sizeBytes, handle, tags: [], tailBytes: 0 };
}

/** What every store of objects must do. `reopen` opens another one on the same data. */
export function objectsContract(open: () => Promise<BlobObjects>, reopen: () => Promise<BlobObjects>): void {
  it('B6 makes one object of parts, also when another process goes on, and reads any range of it', async () => {
    const first = await open();
    const content = randomBytes(2 * blobPartBytes + 1234);
    const upload = await begun(first, content.length);
    upload.tags.push(await first.part(upload, 1, content.subarray(0, blobPartBytes)));
    const second = await reopen();
    await second.part(upload, 2, Buffer.alloc(blobPartBytes, 'wrong'));
    upload.tags.push(await second.part(upload, 2, content.subarray(blobPartBytes, 2 * blobPartBytes)));
    const rest = content.subarray(2 * blobPartBytes);
    await second.keepTail(upload, rest.subarray(0, 1000));
    upload.tailBytes = 1000;
    expect(Buffer.from(await first.tail(upload)).equals(rest.subarray(0, 1000))).toBe(true);
    await expect(first.read(upload.id, 0, 0)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    upload.tags.push(await first.part(upload, 3, rest));
    await first.finish(upload);
    await first.finish(upload);
    expect((await whole(await second.read(upload.id, 0, content.length - 1))).equals(content)).toBe(true);
    const middle = await whole(await first.read(upload.id, blobPartBytes - 3, blobPartBytes + 2));
    expect(middle.equals(content.subarray(blobPartBytes - 3, blobPartBytes + 3))).toBe(true);
    expect([await first.has(upload.id, content.length), await first.has(upload.id, 5)]).toEqual([true, false]);
    await first.remove(upload.id);
    await first.remove(upload.id);
    expect(await first.has(upload.id, content.length)).toBe(false);
    await expect(first.read(upload.id, 0, 0)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(first.finish(upload)).rejects.toThrow(BenchmateError); // moto answers 500 where S3 answers 404
  });

  it('B6 abandons what was begun, and takes content without a byte', async () => {
    const objects = await open();
    const left = await begun(objects, 10);
    left.tags.push(await objects.part(left, 1, Buffer.from('0123456789')));
    await objects.abandon(left);
    await objects.abandon(left);
    await expect(objects.finish(left)).rejects.toThrow(BenchmateError);
    const empty = await begun(objects, 0);
    await objects.finish(empty);
    await objects.remove(empty.id);
  });
}
