import { z } from 'zod';
import { entry, type Entry } from '@benchmate/shared/facts/entry';

/**
 * A backup: JSON Lines, gzipped. The first line is `archiveHead`, the last `archiveEnd`; between them `archiveRecord`s. It is the
 * same whatever the storage, so that what was in SQLite can be restored into PostgreSQL. Secrets of the server are not in it:
 * a restored server makes new ones, and devices prove themselves anew.
 */
export const archiveVersion = 1;

export const archiveHead = z.strictObject({
  format: z.literal('benchmate-sync-backup'),
  version: z.number().int().positive(),
  madeAt: z.iso.datetime(),
});

const bytes = z.base64();
/** Checked, and kept to the last byte: a signature covers it. */
const heldAsItIs = z.custom<Entry>(value => entry.safeParse(value).success);

/**
 * - `document`, `bytes`, `more`: a part of a document's log, in order; `more`: the next record goes on with this very update.
 * - `team`, `entries`: entries of its feeds, by author and in order.
 * - `blocked`, `at`: a device that an operator keeps out.
 */
export const archiveRecord = z.union([
  z.strictObject({ document: z.string().min(1), bytes, more: z.boolean() }),
  z.strictObject({ team: z.string().min(1), entries: z.array(heldAsItIs) }),
  z.strictObject({ blocked: z.string().min(1), at: z.number().int() }),
]);
export type ArchiveRecord = z.output<typeof archiveRecord>;

export interface ArchiveCounts {
  documents: number;
  updates: number;
  teams: number;
  entries: number;
  blocked: number;
}

/** `sha256` of all lines before, in hexadecimal digits. */
export const archiveEnd = z.strictObject({
  end: z.strictObject({
    documents: z.number(),
    updates: z.number(),
    teams: z.number(),
    entries: z.number(),
    blocked: z.number(),
  }),
  sha256: z.string().length(64),
});
