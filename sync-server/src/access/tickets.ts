import { randomBytes } from 'node:crypto';

const validMs = 600_000;
const maxOpen = 100_000;

/** Who holds a ticket. `guestOf`: a team whose feeds an invite opens to a device that is not its member yet. */
export interface TicketHolder {
  device: string;
  guestOf: string | null;
  expiresAt: number;
}

/** Tickets of ten minutes, in memory: after a restart of the server devices prove again who they are. */
export class Tickets {
  readonly #open = new Map<string, TicketHolder>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  give(device: string, guestOf: string | null): { ticket: string; expiresAt: number } {
    for (const [ticket, { expiresAt }] of this.#open) {
      if (expiresAt > this.#now() && this.#open.size < maxOpen) break;
      this.#open.delete(ticket);
    }
    const ticket = randomBytes(32).toString('base64url');
    const expiresAt = this.#now() + validMs;
    this.#open.set(ticket, { device, guestOf, expiresAt });
    return { ticket, expiresAt };
  }

  holder(ticket: string): TicketHolder | null {
    const holder = this.#open.get(ticket);
    return holder && holder.expiresAt > this.#now() ? holder : null;
  }
}
