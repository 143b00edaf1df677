import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { BlockedDevices } from '../storage/ports.ts';

export interface RevokedParts {
  blocked: BlockedDevices;
  now: () => number;
  /** A device is kept out from now on. */
  left: (device: string) => void;
}

const lookEveryMs = 2000;

/**
 * Devices that the operator keeps out, as after a theft, until the team's own facts say so. Kept in memory, because every
 * connection asks; `refresh` learns what other processes on the same storage did.
 */
export class RevokedDevices {
  readonly #parts: RevokedParts;
  #devices: ReadonlySet<string> = new Set();
  #look: NodeJS.Timeout | undefined;

  constructor(parts: RevokedParts) {
    this.#parts = parts;
  }

  has(device: string): boolean {
    return this.#devices.has(device);
  }

  /** Reads who is revoked; with `shared` again and again, because other processes work on the same storage. */
  async follow(shared: boolean): Promise<void> {
    await this.refresh();
    if (shared) this.#look = setInterval(() => void this.refresh().catch(() => {}), lookEveryMs).unref();
  }

  close(): void {
    clearInterval(this.#look);
  }

  /** Throws FORBIDDEN. */
  check(device: string): void {
    if (this.has(device))
      throw new BenchmateError(
        'FORBIDDEN',
        'The operator of the sync server revoked this device.',
        'Ask them, or connect with another device.',
      );
  }

  async refresh(): Promise<void> {
    const devices = new Set((await this.#parts.blocked.all()).map(({ device }) => device));
    const added = [...devices].filter(device => !this.#devices.has(device));
    this.#devices = devices;
    for (const device of added) this.#parts.left(device);
  }

  async revoke(device: string): Promise<void> {
    await this.#parts.blocked.block(device, this.#parts.now());
    await this.refresh();
  }

  /** Whether it was revoked. */
  async readmit(device: string): Promise<boolean> {
    const was = await this.#parts.blocked.unblock(device);
    await this.refresh();
    return was;
  }
}
