import { randomBytes } from 'node:crypto';
import { fromBase64Url, verifyText } from '@benchmate/shared/facts/keys';

const validMs = 60_000;
const maxOpen = 10_000;

/** Nonces that devices sign to show who they are: each for one device, one use and one minute. */
export class Challenges {
  readonly #open = new Map<string, { device: string; expiresAt: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Null for something that is not a device's key. */
  give(device: string): string | null {
    if (fromBase64Url(device)?.length !== 32) return null;
    for (const [nonce, { expiresAt }] of this.#open) {
      if (expiresAt > this.#now() && this.#open.size < maxOpen) break; // they stand in order of age
      this.#open.delete(nonce);
    }
    const nonce = randomBytes(32).toString('base64url');
    this.#open.set(nonce, { device, expiresAt: this.#now() + validMs });
    return nonce;
  }

  /** Whether the device signed its nonce. Uses the nonce up. */
  meet(nonce: string, device: string, signature: string): boolean {
    const challenge = this.#open.get(nonce);
    this.#open.delete(nonce);
    if (!challenge || challenge.device !== device || challenge.expiresAt < this.#now()) return false;
    return verifyText(signature, `benchmate-sync:${nonce}`, device);
  }
}
