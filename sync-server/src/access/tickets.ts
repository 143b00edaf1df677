import { Sealed } from './sealed.ts';

const validMs = 600_000;

/** Who holds a ticket. `guestOf`: a team whose feeds an invite opens to a device that is not its member yet. */
export interface TicketHolder {
  device: string;
  guestOf: string | null;
  expiresAt: number;
}

/** Tickets of ten minutes. Nobody keeps them: every process with the same secret knows its own. */
export class Tickets {
  readonly #sealed: Sealed<TicketHolder>;
  readonly #now: () => number;
  readonly #revoked: (device: string) => boolean;

  constructor(secret: Uint8Array, now: () => number, revoked: (device: string) => boolean) {
    this.#revoked = revoked;
    this.#sealed = new Sealed('ticket', secret);
    this.#now = now;
  }

  give(device: string, guestOf: string | null): { ticket: string; expiresAt: number } {
    const expiresAt = this.#now() + validMs;
    return { ticket: this.#sealed.seal({ device, guestOf, expiresAt }), expiresAt };
  }

  /** Null also for a device that was revoked since. */
  holder(ticket: string): TicketHolder | null {
    const holder = this.#sealed.open(ticket);
    return holder && holder.expiresAt > this.#now() && !this.#revoked(holder.device) ? holder : null;
  }
}
