import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';
import { canonical } from './entry-hash.ts';
import { toBase64Url } from './keys.ts';

/**
 * The exported record: lines of JSON. The first says what it is, then one line per entry in the order in which the
 * exporting device received them, the last is the seal. Each ends with a member `line`: SHA-256, base64url, of the
 * `line` of the line before (empty for the first), a line feed, and this line up to the comma before `line`.
 *
 * The value of `entry` is the signed entry as it was hashed (RFC 8785, member `sig` included), byte by byte; without
 * `"sig":"…",` it is what was signed. The rest of a line is for readers and is covered by the seal alone.
 */
export const recordHead = z.object({
  format: z.literal('benchmate-audit'),
  v: z.literal(1),
  team: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
});
export type RecordHead = z.infer<typeof recordHead>;

export interface RecordEntry {
  author: string;
  seq: number;
  hash: string;
  /** Name of the author when it was exported. */
  who: string;
  at: string;
  says: string;
  /** Why the team's rules do not count it; null when it counts. */
  ignored: string | null;
  /** Evidence of a second history, kept aside: no part of its author's feed. Such lines stand after all others. */
  rival?: true;
}

/** What the exporting device signs about a record: where all feeds ended, and what stands in the lines before. */
export const seal = z.object({
  v: z.literal(1),
  team: z.string(),
  device: z.string(),
  who: z.string(),
  at: z.iso.datetime(),
  entries: z.number().int().nonnegative(),
  heads: z.record(z.string(), z.object({ seq: z.number().int().positive(), hash: z.string() })),
  /** `line` of the line before the seal. */
  lines: z.string(),
});
export type Seal = z.infer<typeof seal>;

/** The text that is signed: it can be mistaken neither for an entry nor for a challenge of a server. */
export const sealText = (value: Seal): string => `benchmate-audit:${canonical(value)}`;

/** Writes the lines of a record, each when its turn has come. */
export class RecordLines {
  #last = '';

  /** `line` of the last line. */
  get last(): string {
    return this.#last;
  }

  head(head: RecordHead): string {
    return this.#end(JSON.stringify(head));
  }

  entry(about: RecordEntry, entry: unknown): string {
    return this.#end(`${JSON.stringify(about).slice(0, -1)},"entry":${canonical(entry)}}`);
  }

  seal(value: Seal, sig: string): string {
    return this.#end(JSON.stringify({ seal: value, sig }));
  }

  #end(json: string): string {
    const text = json.slice(0, -1);
    this.#last = lineSum(this.#last, text);
    return `${text},"line":"${this.#last}"}`;
  }
}

export const lineSum = (before: string, text: string): string =>
  toBase64Url(sha256(new TextEncoder().encode(`${before}\n${text}`)));
