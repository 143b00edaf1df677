import { createHash } from 'node:crypto';
import type { Storage } from '../storage/ports.ts';
import { archiveVersion, type ArchiveCounts, type ArchiveRecord } from './archive.ts';

const chunkBytes = 1_048_572; // a multiple of 3: no padding within
const entriesPerRecord = 500;

/**
 * The lines of an archive, while the server goes on working. Everything that was acknowledged before is in it; each document
 * and each team is as it was at one moment, not all of them at the same.
 */
export async function* archiveLines(storage: Storage, madeAt: Date): AsyncGenerator<string, ArchiveCounts> {
  const counts: ArchiveCounts = { documents: 0, updates: 0, teams: 0, entries: 0, blocked: 0 };
  const hash = createHash('sha256');
  const line = (value: object) => {
    const text = `${JSON.stringify(value)}\n`;
    hash.update(text);
    return text;
  };
  yield line({ format: 'benchmate-sync-backup', version: archiveVersion, madeAt: madeAt.toISOString() });
  for await (const record of records(storage, counts)) yield line(record);
  yield `${JSON.stringify({ end: counts, sha256: hash.digest('hex') })}\n`;
  return counts;
}

async function* records(
  { documents, entries, blocked }: Storage,
  counts: ArchiveCounts,
): AsyncGenerator<ArchiveRecord> {
  for (const document of await documents.names()) {
    const { parts } = await documents.read(document);
    counts.documents++;
    for (const part of parts) {
      counts.updates++;
      yield* chunks(document, part);
    }
  }
  for (const team of await entries.teams()) {
    const all = await entries.ofTeam(team);
    counts.teams++;
    counts.entries += all.length;
    for (let at = 0; at < all.length; at += entriesPerRecord)
      yield { team, entries: all.slice(at, at + entriesPerRecord) };
  }
  for (const { device, at } of await blocked.all()) {
    counts.blocked++;
    yield { blocked: device, at };
  }
}

function* chunks(document: string, part: Uint8Array): Generator<ArchiveRecord> {
  const { buffer, byteOffset, length } = part;
  for (let at = 0; at === 0 || at < length; at += chunkBytes) {
    const chunk = Buffer.from(buffer, byteOffset + at, Math.min(chunkBytes, length - at));
    yield { document, bytes: chunk.toString('base64'), more: at + chunkBytes < length };
  }
}
