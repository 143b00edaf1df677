import type * as Y from 'yjs';

/**
 * What one device says of a run: `data` is gzip of the JSON of a `SharedRun` (domain/shared-run.ts). `sig` is its signature,
 * base64url, over `runShareText` (facts/shared-run.ts); empty where `data` is a sealed update that is signed itself (encrypted projects).
 */
export interface RunShare {
  data: Uint8Array;
  sig: string;
}

/** Y.Map `shares`: device → what it shared last. Whoever else writes there has a place of their own, and no signature for another's. */
export function sharesOf(doc: Y.Doc): Map<string, RunShare> {
  const shares = new Map<string, RunShare>();
  for (const [device, value] of doc.getMap('shares')) {
    const { data, sig } = (value ?? {}) as Partial<RunShare>;
    if (data instanceof Uint8Array && typeof sig === 'string') shares.set(device, { data, sig });
  }
  return shares;
}

export function shareRun(doc: Y.Doc, device: string, share: RunShare): void {
  doc.transact(() => doc.getMap('shares').set(device, share));
}
