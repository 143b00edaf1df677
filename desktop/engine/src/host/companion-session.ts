import { createHmac } from 'node:crypto';
import type { Clock, Random } from './clock.ts';
import { sameSecret } from './security.ts';

const codeLifeMs = 2 * 60_000;
export const cookieLifeSeconds = 30 * 24 * 3600;

/**
 * Lets a browser in: a one-time code, handed over in a link's fragment, becomes a cookie. The cookie is signed with the
 * engine's token and needs no memory, so it outlives a restart and ends with the token.
 */
export class CompanionSessions {
  readonly #codes = new Map<string, number>();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #key: string;

  constructor({ clock, random, token }: { clock: Clock; random: Random; token: string }) {
    this.#clock = clock;
    this.#random = random;
    this.#key = token;
  }

  /** A code that one browser may use within two minutes. */
  issueCode(): string {
    const now = this.#clock.monotonic();
    for (const [code, expiresAt] of this.#codes) if (expiresAt < now) this.#codes.delete(code);
    const code = Buffer.from(this.#random(32)).toString('base64url');
    this.#codes.set(code, now + codeLifeMs);
    return code;
  }

  /** The value of the cookie for a code, or null when the code is unknown, used or too old. */
  redeem(code: string): string | null {
    const expiresAt = this.#codes.get(code);
    this.#codes.delete(code);
    if (expiresAt === undefined || expiresAt < this.#clock.monotonic()) return null;
    const id = Buffer.from(this.#random(16)).toString('base64url');
    const until = this.#clock.now() + cookieLifeSeconds * 1000;
    return `${id}.${until}.${this.#sign(id, until)}`;
  }

  readonly verify = (cookie: string): boolean => {
    const [id = '', until = '', signature = ''] = cookie.split('.');
    return sameSecret(signature, this.#sign(id, Number(until))) && Number(until) > this.#clock.now();
  };

  #sign(id: string, until: number): string {
    return createHmac('sha256', this.#key).update(`companion:${id}:${until}`).digest('base64url');
  }
}
