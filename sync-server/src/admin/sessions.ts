import { randomBytes } from 'node:crypto';
import { sameSecret } from './same-secret.ts';

const codeLifeMs = 2 * 60_000;
const sessionLifeMs = 8 * 3600_000;

/** Lets one browser in: a code of two minutes and one use, handed over in a link's fragment, becomes a cookie of eight hours. */
export class AdminSessions {
  readonly #codes = new Map<string, number>();
  readonly #cookies = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issueCode(): string {
    return issue(this.#codes, this.#now(), codeLifeMs);
  }

  /** The value of the cookie, or null when the code is unknown, used or too old. */
  redeem(code: string): string | null {
    const endsAt = this.#codes.get(code);
    this.#codes.delete(code);
    return endsAt === undefined || endsAt < this.#now() ? null : issue(this.#cookies, this.#now(), sessionLifeMs);
  }

  verify(cookie: string): boolean {
    return [...this.#cookies].some(([known, endsAt]) => sameSecret(known, cookie) && endsAt > this.#now());
  }

  end(cookie: string): void {
    this.#cookies.delete(cookie);
  }
}

function issue(to: Map<string, number>, now: number, lifeMs: number): string {
  for (const [old, endsAt] of to) if (endsAt < now) to.delete(old);
  const value = randomBytes(32).toString('base64url');
  to.set(value, now + lifeMs);
  return value;
}
