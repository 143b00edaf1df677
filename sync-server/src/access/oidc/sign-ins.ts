import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Cells } from '../../storage/ports.ts';
import { Sealed } from '../sealed.ts';

interface Asking {
  device: string;
  expiresAt: number;
}

/** An identity that stands for a device. */
export interface SignIn {
  /** As the provider names them: their e-mail address, else their subject. */
  who: string;
  /** Milliseconds since 1970 UTC. */
  until: number;
}

export interface SignInsParts {
  cells: Cells;
  secret: Uint8Array;
  publicUrl: string;
  validMs: number;
  now: () => number;
  /** Devices that are connected to this process. */
  connected: () => ReadonlySet<string>;
  /** The sign-in of a device that is connected has ended. */
  ended: (device: string) => void;
}

const askingMs = 600_000;
const lookEveryMs = 5000;

/** For which devices somebody signed in, and until when that counts: also while the provider is away. */
export class SignIns {
  readonly #parts: SignInsParts;
  readonly #asking: Sealed<Asking>;

  /** Whose sign-in ended: tickets from before count no more. */
  readonly #over = new Set<string>();
  readonly #look: NodeJS.Timeout;

  constructor(parts: SignInsParts) {
    this.#parts = parts;
    this.#asking = new Sealed('sign-in', parts.secret);
    // Also what ends by itself, and what another process on the same storage ended.
    this.#look = setInterval(() => void this.#endThoseOver().catch(() => {}), lookEveryMs).unref();
  }

  close(): void {
    clearInterval(this.#look);
  }

  /** Who signed in for a device; null when nobody did, or when it ended. */
  async of(device: string): Promise<SignIn | null> {
    const cell = await this.#parts.cells.read(cellOf(device));
    return cell && cell.expiresAt > this.#parts.now() ? { who: cell.value, until: cell.expiresAt } : null;
  }

  /** Throws UNAUTHENTICATED, with the address to open, for a device that nobody has signed in for. */
  async check(device: string): Promise<void> {
    const { now, publicUrl } = this.#parts;
    if (await this.of(device)) return void this.#over.delete(device);
    const asking = this.#asking.seal({ device, expiresAt: now() + askingMs });
    throw new BenchmateError(
      'UNAUTHENTICATED',
      `Your team signs in here. Open ${publicUrl}/~sign-in?t=${asking} in a browser; it is good for ten minutes.`,
      'Then try again.',
    );
  }

  /** What `check` says, of a ticket that is older than the end of the sign-in. */
  isOver(device: string): boolean {
    return this.#over.has(device);
  }

  /** Ends a sign-in here and now, elsewhere within seconds. Whether there was one. */
  async signOut(device: string): Promise<boolean> {
    const { cells, now } = this.#parts;
    for (;;) {
      const cell = await cells.read(cellOf(device));
      if (!cell || cell.expiresAt <= now()) return false;
      if (!(await cells.write(cellOf(device), '', { version: cell.version, expiresAt: now() }))) continue;
      this.#end(device);
      return true;
    }
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
      if (await cells.write(cellOf(device), who, { version, expiresAt: now() + validMs })) break;
    }
    this.#over.delete(device);
  }

  async #endThoseOver(): Promise<void> {
    for (const device of this.#over) if (await this.of(device)) this.#over.delete(device);
    for (const device of this.#parts.connected()) if (!(await this.of(device))) this.#end(device);
  }

  #end(device: string): void {
    this.#over.add(device);
    this.#parts.ended(device);
  }
}

const cellOf = (device: string): string => `signed-in:${device}`;
