import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import {
  archiveEnd,
  archiveHead,
  archiveRecord,
  archiveVersion,
  type ArchiveCounts,
  type ArchiveRecord,
} from './archive.ts';

/**
 * The records of an archive. The last line, which says whether they are all there and unchanged, comes after them: whoever
 * writes what they hold reads the archive twice. Throws NOT_FOUND, BAD_REQUEST (no backup), DATA_DIR_TOO_NEW or DATA_DAMAGED.
 */
export async function* archiveRecords(path: string): AsyncGenerator<ArchiveRecord, ArchiveCounts> {
  const hash = createHash('sha256');
  const counted = new Counting();
  let begun = false;
  let ended: ArchiveCounts | null = null;
  try {
    for await (const text of lines(path)) {
      if (ended) throw damaged(path, 'It goes on after its end.');
      const value: unknown = JSON.parse(text);
      if (!begun) {
        checkHead(path, value);
        begun = true;
      } else if (typeof value === 'object' && value !== null && 'end' in value) {
        const { end, sha256 } = archiveEnd.parse(value);
        if (hash.digest('hex') !== sha256) throw damaged(path, 'It is not as it was written.');
        if (JSON.stringify(end) !== JSON.stringify(counted.counts))
          throw damaged(path, 'It does not hold what it says.');
        ended = end;
        continue;
      } else {
        const record = archiveRecord.parse(value);
        counted.add(record);
        yield record;
      }
      hash.update(`${text}\n`);
    }
  } catch (error) {
    throw readable(path, error, begun);
  }
  if (!begun) throw notABackup(path);
  if (!ended) throw damaged(path, 'Its end is missing.');
  return ended;
}

/** Reads all of it, and keeps nothing. Throws as `archiveRecords`. */
export async function verifyArchive(path: string): Promise<ArchiveCounts> {
  const records = archiveRecords(path);
  for (;;) {
    const { done, value } = await records.next();
    if (done) return value;
  }
}

class Counting {
  readonly counts: ArchiveCounts = { documents: 0, updates: 0, teams: 0, entries: 0, blocked: 0 };
  #document = '';
  #team = '';

  add(record: ArchiveRecord): void {
    if ('document' in record) {
      if (record.document !== this.#document) this.counts.documents++;
      this.#document = record.document;
      if (!record.more) this.counts.updates++;
    } else if ('team' in record) {
      if (record.team !== this.#team) this.counts.teams++;
      this.#team = record.team;
      this.counts.entries += record.entries.length;
    } else this.counts.blocked++;
  }
}

async function* lines(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const unpacked = createGunzip();
  file.on('error', error => unpacked.destroy(error));
  const decoder = new StringDecoder('utf8');
  let begun: string[] = [];
  for await (const chunk of file.pipe(unpacked) as AsyncIterable<Buffer>) {
    const [first = '', ...more] = decoder.write(chunk).split('\n');
    begun.push(first);
    for (const next of more) {
      yield begun.join('');
      begun = [next];
    }
  }
  if (begun.join('') !== '') throw new Error('The last line has no end.');
}

function checkHead(path: string, value: unknown): void {
  const head = archiveHead.safeParse(value);
  if (!head.success) throw notABackup(path);
  if (head.data.version > archiveVersion)
    throw new BenchmateError(
      'DATA_DIR_TOO_NEW',
      `${path} was made by a newer sync server (format ${head.data.version}; this one knows ${archiveVersion}).`,
      'Update the sync server.',
    );
}

function readable(path: string, error: unknown, begun: boolean): unknown {
  if (error instanceof BenchmateError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES')
    return new BenchmateError('NOT_FOUND', `${path} is not a file that can be read.`, 'Look at its path.');
  return begun ? damaged(path, 'It cannot be read to its end.', error) : notABackup(path, error);
}

const notABackup = (path: string, cause?: unknown) =>
  new BenchmateError('BAD_REQUEST', `${path} is not a backup of a sync server.`, 'Choose another file.', { cause });

const damaged = (path: string, what: string, cause?: unknown) =>
  new BenchmateError('DATA_DAMAGED', `${path} is damaged. ${what}`, 'Use another backup.', { cause });
