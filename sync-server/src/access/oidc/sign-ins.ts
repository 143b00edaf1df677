import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Cells } from '../../storage/ports.ts';
import { Sealed } from '../sealed.ts';

interface Asking {
  device: string;
  expiresAt: number;
}

export interface SignInsParts {
  cells: Cells;
  secret: Uint8Array;
  publicUrl: string;
  validMs: number;
  now: () => number;
}

const askingMs = 600_000;

/** For which devices somebody signed in, and until when that counts: also while the provider is away. */
export class SignIns {
  readonly #parts: SignInsParts;
  readonly #asking: Sealed<Asking>;

  constructor(parts: SignInsParts) {
    this.#parts = parts;
    this.#asking = new Sealed('sign-in', parts.secret);
  }

  /** Throws UNAUTHENTICATED, with the address to open, for a device that nobody has signed in for. */
  async check(device: string): Promise<void> {
    const { cells, now, publicUrl } = this.#parts;
    const cell = await cells.read(cellOf(device));
    if (cell && cell.expiresAt > now()) return;
    const asking = this.#asking.seal({ device, expiresAt: now() + askingMs });
    throw new BenchmateError(
      'UNAUTHENTICATED',
      `Your team signs in here. Open ${publicUrl}/~sign-in?t=${asking} in a browser; it is good for ten minutes.`,
      'Then try again.',
    );
  }

  /** The device that an address was made for; null when it is none, or too old. */
  deviceOf(asking: string): string | null {
    const opened = this.#asking.open(asking);
    return opened && opened.expiresAt > this.#parts.now() ? opened.device : null;
  }

  async remember(device: string, who: string): Promise<void> {
    const { cells, now, validMs } = this.#parts;
    for (;;) {
      const version = (await cells.read(cellOf(device)))?.version ?? 0;
      if (await cells.write(cellOf(device), who, { version, expiresAt: now() + validMs })) return;
    }
  }
}

const cellOf = (device: string): string => `signed-in:${device}`;
