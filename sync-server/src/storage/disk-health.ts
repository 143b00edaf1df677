import type { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** A write that finds a place right after others found none says little: the next may find none again. */
const steadyMs = 1000;
const probeMs = 2000;

/**
 * Whether writes reach the disk. Whoever looks whether the server works sends it nobody while it does not: so it tries by itself whether
 * there is space again.
 */
export class DiskHealth {
  readonly #tryOut: () => Promise<unknown>;
  #failure: BenchmateError | null = null;
  #failedAt = 0;
  #probe: NodeJS.Timeout | undefined;
  #closed = false;

  /** `tryOut` writes something, and tells `wrote` or `failed` as any other write does. */
  constructor(tryOut: () => Promise<unknown>) {
    this.#tryOut = tryOut;
  }

  /** Why writes do not reach the disk; null while all goes well. */
  get failure(): BenchmateError | null {
    return this.#failure;
  }

  wrote(): void {
    if (this.#failure && performance.now() - this.#failedAt > steadyMs) this.#failure = null;
  }

  /** Passes over what is not the disk's fault. */
  failed(error: unknown): void {
    if (!isOfDisk(error) || this.#closed) return;
    this.#failure = error;
    this.#failedAt = performance.now();
    this.#probe ??= setTimeout(() => {
      this.#probe = undefined;
      if (this.#failure) void this.#tryOut().catch(() => {});
    }, probeMs).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#probe);
  }
}

const isOfDisk = (error: unknown): error is BenchmateError =>
  error instanceof Error && 'code' in error && (error.code === 'DISK_FULL' || error.code === 'DISK_FAILING');
