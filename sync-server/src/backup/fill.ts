import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { held } from '@benchmate/shared/facts/entry-hash';
import type { Storage } from '../storage/ports.ts';
import type { ArchiveCounts } from './archive.ts';
import { archiveRecords } from './read.ts';

/** How many updates may wait for their commit: memory stays bounded, and commits are large. */
const ahead = 1000;
const aheadBytes = 32_000_000;

/** Writes an archive, which was verified before, into a storage without content; everything is committed when it settles. */
export async function fill(storage: Storage, path: string): Promise<ArchiveCounts> {
  const { documents, entries, blocked } = storage;
  let waiting: Promise<unknown>[] = [];
  let waitingBytes = 0;
  let chunks: Buffer[] = [];
  const records = archiveRecords(path);
  for (;;) {
    const { done, value } = await records.next();
    if (done) {
      await Promise.all(waiting);
      return value;
    }
    if ('document' in value) {
      chunks.push(Buffer.from(value.bytes, 'base64'));
      if (value.more) continue;
      const update = Buffer.concat(chunks);
      chunks = [];
      waitingBytes += update.length;
      waiting.push(documents.append(value.document, update));
    } else if ('team' in value) waiting.push(entries.append(value.team, value.entries.map(held)));
    else waiting.push(blocked.block(value.blocked, value.at));
    if (waiting.length < ahead && waitingBytes < aheadBytes) continue;
    await Promise.all(waiting);
    waiting = [];
    waitingBytes = 0;
  }
}

/** Throws ALREADY_EXISTS: a restore replaces nothing. */
export async function expectEmpty({ documents, entries, blobs }: Storage, place: string): Promise<void> {
  const counts = [await documents.count(), (await entries.counts()).entries, (await blobs.counts()).blobs];
  if (counts.some(count => count > 0))
    throw new BenchmateError(
      'ALREADY_EXISTS',
      `There is data in ${place} already.`,
      'Restore into an empty place; then let the server use that one.',
    );
}
