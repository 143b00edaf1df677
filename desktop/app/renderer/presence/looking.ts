import type { EvidencePlace } from '@benchmate/shared/domain/presence';
import { currentPath } from '../shell/base.ts';
import { engine } from '../engine/connection.tsx';

type Pointed = Pick<EvidencePlace, 'metric' | 'step'>;

/** Well below what the engine waits for. */
const againMs = 20_000;
const pauseMs = 100;
const nowhere: Pointed = { metric: null, step: null };

/** Tells the engine what this window shows, while somebody can see it. */
class Looking {
  /** This window's own name for itself. */
  readonly surface = crypto.randomUUID();
  #page: { title: string; path: string } | null = null;
  #pointed = nowhere;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #told = '';

  constructor() {
    document.addEventListener('visibilitychange', () => this.#tellSoon());
    setInterval(() => this.again(), againMs);
  }

  /** Whoever was away for a while has to say it anew. */
  again(): void {
    this.#told = '';
    this.#tellSoon();
  }

  /** The page that is shown, by its name; its address is the window's. */
  at(title: string): void {
    const path = currentPath();
    if (this.#page?.path !== path) this.#pointed = nowhere;
    this.#page = { title: title.slice(0, 200) || 'Benchmate', path };
    this.#tellSoon();
  }

  /** The pointer is on a chart of the page. */
  pointAt(pointed: Pointed): void {
    this.#pointed = pointed;
    this.#tellSoon();
  }

  #tellSoon(): void {
    if (this.#soon !== undefined) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      const page = document.visibilityState === 'visible' ? this.#page : null;
      this.#tell(page && { ...page, ...this.#pointed, section: null, file: null });
    }, pauseMs);
  }

  #tell(place: EvidencePlace | null): void {
    const telling = JSON.stringify(place);
    if (telling === this.#told) return;
    this.#told = telling;
    // Whoever is away is not seen: nothing that a page has to say about.
    engine.presence.look.mutate({ surface: this.surface, place }).catch(() => (this.#told = ''));
  }
}

export const looking = new Looking();
