import type { Announcement } from '@benchmate/shared/protocol/contract';

/** The steps of one piece of work, from the first to the last, for any number of followers that may come late. */
export class Progress<T> {
  readonly #steps: T[] = [];
  #state: 'going' | 'ended' | { error: unknown } = 'going';
  readonly #wakers = new Set<() => void>();

  add(step: T): void {
    this.#steps.push(step);
    this.#wake();
  }

  end(last: T): void {
    this.#state = 'ended';
    this.add(last);
  }

  fail(error: unknown): void {
    this.#state = { error };
    this.#wake();
  }

  async *follow(signal: AbortSignal, lastId?: string): AsyncGenerator<Announcement<T>> {
    let at = Number(lastId ?? 0) || 0;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    while (!signal.aborted) {
      const step = this.#steps[at];
      if (step !== undefined) yield { id: String(++at), data: step };
      else if (this.#state === 'ended') return;
      else if (this.#state !== 'going') throw this.#state.error;
      else await new Promise<void>(resolve => this.#wakers.add(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }
}
