/** Something that was written here and that the sync server does not take. */
export interface SyncRefusal {
  what: { kind: 'document'; documentId: string } | { kind: 'fact'; seq: number };
  /** Close code of the document's connection; null for facts. */
  code: number | null;
  /** The server's words. */
  reason: string;
  /** Milliseconds since 1970 UTC. */
  since: number;
}

/** What one connection was refused; it is forgotten once the server takes it. */
export class SyncRefusals {
  readonly #known = new Map<string, SyncRefusal>();

  /** Of the same, the first time counts. Whether that is news. */
  add(refusal: SyncRefusal): boolean {
    const key = JSON.stringify(refusal.what);
    const known = this.#known.get(key);
    if (known?.reason === refusal.reason && known.code === refusal.code) return false;
    this.#known.set(key, { ...refusal, since: known?.since ?? refusal.since });
    return true;
  }

  /** The server took something written into the document. Whether that is news. */
  took(documentId: string): boolean {
    return this.#known.delete(JSON.stringify({ kind: 'document', documentId } satisfies SyncRefusal['what']));
  }

  /** The server holds this device's entries up to `seq`. */
  holds(seq: number): void {
    for (const [key, { what }] of this.#known) if (what.kind === 'fact' && what.seq <= seq) this.#known.delete(key);
  }

  all(): SyncRefusal[] {
    return [...this.#known.values()];
  }
}
