import type { Merged } from './merge.ts';

/** What a merging thread is asked: several byte strings in one buffer, which changes hands without being copied again. */
export interface MergeOrder {
  /** `diff`: what the second lacks, a state vector, of the first, a state. */
  work: 'merge' | 'compact' | 'diff';
  bytes: Uint8Array<ArrayBuffer>;
  lengths: readonly number[];
}

export type MergeAnswer = Merged | { error: string };

export function packed(work: MergeOrder['work'], parts: readonly Uint8Array[]): MergeOrder {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { work, bytes, lengths: parts.map(({ length }) => length) };
}

export function unpacked({ bytes, lengths }: MergeOrder): Uint8Array[] {
  let at = 0;
  return lengths.map(length => bytes.subarray(at, (at += length)));
}
