import { createHash } from 'node:crypto';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { BlobObjects, Upload } from './ports.ts';

/** Whether a finished object has the hash and the size that were announced: what is stored is read, not what was received. */
export async function verified({ id, blob, sizeBytes }: Upload, objects: BlobObjects): Promise<boolean> {
  const hash = createHash('sha256');
  let size = 0;
  if (sizeBytes > 0)
    for await (const chunk of (await objects.read(id, 0, sizeBytes - 1)) as AsyncIterable<Buffer>) {
      size += chunk.length;
      hash.update(chunk);
    }
  return size === sizeBytes && hash.digest('hex') === blob;
}

export const wrongContent = (): BenchmateError =>
  new BenchmateError(
    'BAD_REQUEST',
    'The content does not have the hash that its name says; nothing of it was kept.',
    'It may have changed while it was read: begin again.',
  );
