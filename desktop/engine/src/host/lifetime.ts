import type { Clock } from './clock.ts';

/**
 * Decides when an engine that nobody uses leaves: after `idleMs` without a request, an open socket or another reason to
 * stay (a running or queued job). 0 never leaves.
 */
export class Lifetime {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #leave: () => void;
  readonly #reasons = new Map<string, () => boolean>();
  #lastUse: number;
  #cancel = () => {};

  constructor({ clock, idleMs, leave }: { clock: Clock; idleMs: number; leave: () => void }) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#leave = leave;
    this.#lastUse = clock.monotonic();
    if (idleMs > 0) this.#watch();
  }

  /** Something used the engine just now. */
  touch(): void {
    this.#lastUse = this.#clock.monotonic();
  }

  /** While `holds` says true the engine stays. `name` appears in no message; it keeps reasons apart. */
  stayWhile(name: string, holds: () => boolean): void {
    this.#reasons.set(name, holds);
  }

  dispose(): void {
    this.#cancel();
  }

  #watch(): void {
    this.#cancel = this.#clock.after(Math.min(this.#idleMs / 4, 30_000), () => {
      if ([...this.#reasons.values()].some(holds => holds())) this.touch();
      if (this.#clock.monotonic() - this.#lastUse >= this.#idleMs) return this.#leave();
      this.#watch();
    });
  }
}
