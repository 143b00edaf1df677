import { createHash } from 'node:crypto';

/** What happened, in order: its hash tells whether two runs of a seed were the same, its lines what went wrong. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #show: ((line: string) => void) | null;
  #length = 0;

  constructor(show: ((line: string) => void) | null = null) {
    this.#show = show;
  }

  note(atMs: number, who: string, what: string): void {
    const line = `${atMs.toFixed(3).padStart(12)} ${who.padEnd(8)} ${what}`;
    this.#hash.update(line);
    this.#length++;
    this.#show?.(line);
  }

  get length(): number {
    return this.#length;
  }

  /** Ends the trace. */
  digest(): string {
    return this.#hash.digest('hex').slice(0, 16);
  }
}

/** FNV-1a of bytes: tells messages apart in a trace. */
export function fingerprint(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
