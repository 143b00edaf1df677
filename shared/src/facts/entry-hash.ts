import canonicalize from 'canonicalize';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Entry } from './entry.ts';
import { signText, signTextLater, toBase64Url, verifyText, type DeviceKeys } from './keys.ts';

/** An entry with its hash, computed once. */
export interface HeldEntry {
  readonly hash: string;
  readonly entry: Entry;
}

export type UnsignedEntry = Omit<Entry, 'sig'>;

/** SHA-256 of the canonical JSON of the signed entry, base64url. */
export function hashEntry(entry: Entry): string {
  return toBase64Url(sha256(new TextEncoder().encode(canonical(entry))));
}

export const held = (entry: Entry): HeldEntry => ({ hash: hashEntry(entry), entry });

export function signEntry(unsigned: UnsignedEntry, keys: DeviceKeys): Entry {
  return { ...unsigned, sig: signText(canonical(unsigned), keys) };
}

/** The same with keys that sign beside the event loop. */
export async function signEntryLater(unsigned: UnsignedEntry, keys: DeviceKeys): Promise<Entry> {
  return { ...unsigned, sig: await signTextLater(canonical(unsigned), keys) };
}

/** Whether the entry bears its author's signature. */
export function verifyEntry(entry: Entry): boolean {
  const { sig, ...unsigned } = entry;
  return verifyText(sig, canonical(unsigned), entry.author);
}

/** RFC 8785, the bytes that are hashed and signed. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('An entry must be a JSON value.');
  return text;
}
