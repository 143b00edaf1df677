import { fromBase64Url, verifyText } from '@benchmate/shared/facts/keys';
import { Sealed } from './sealed.ts';

const validMs = 60_000;
const maxUsed = 100_000;

/**
 * Nonces that devices sign to show who they are: each for one device, one use and one minute. Any process of a server takes what
 * another gave; each remembers what was used with it.
 */
export class Challenges {
  readonly #sealed: Sealed<{ device: string; expiresAt: number }>;
  readonly #used = new Map<string, number>();
  readonly #now: () => number;

  constructor(secret: Uint8Array, now: () => number) {
    this.#sealed = new Sealed('challenge', secret);
    this.#now = now;
  }

  /** Null for something that is not a device's key. */
  give(device: string): string | null {
    if (fromBase64Url(device)?.length !== 32) return null;
    return this.#sealed.seal({ device, expiresAt: this.#now() + validMs });
  }

  /** Whether the device signed its nonce. Uses the nonce up. */
  meet(nonce: string, device: string, signature: string): boolean {
    const challenge = this.#sealed.open(nonce);
    if (!challenge || challenge.device !== device || challenge.expiresAt < this.#now()) return false;
    if (this.#used.has(nonce)) return false;
    for (const [old, expiresAt] of this.#used) {
      if (expiresAt > this.#now() && this.#used.size < maxUsed) break; // they stand in order of age
      this.#used.delete(old);
    }
    this.#used.set(nonce, challenge.expiresAt);
    return verifyText(signature, `benchmate-sync:${nonce}`, device);
  }
}
