import { BenchmateError, toErrorShape, type ErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { isOwnPage } from './own-page.ts';

/** What the shell needs of its host; Electron gives it in main.ts, a test in its own way. */
export interface ShellHost {
  /** The engine that runs, or a new one. */
  ensureEngine: () => Promise<{ url: string }>;
  /** A link that opens the companion on a path, once. */
  companionLink: (path: string) => Promise<string>;
  /** Shows an address in the window; makes one when there is none. */
  show: (address: string) => Promise<void>;
  /** Asks whether to try again after a failure. */
  askRetry: (problem: ErrorShape) => Promise<boolean>;
  quit: () => void;
}

/** Finds or starts the engine and shows its pages. Everything else is the engine's and the page's. */
export class Shell {
  readonly #host: ShellHost;
  #engineUrl: string | null = null;
  #opening: Promise<void> | null = null;

  constructor(host: ShellHost) {
    this.#host = host;
  }

  /** Address of the engine whose pages are shown; null before the first. */
  get engineUrl(): string | null {
    return this.#engineUrl;
  }

  /** Shows a path. Asked twice at once, it opens once. A failure is told and tried again as often as the person wants. */
  open(path = '/'): Promise<void> {
    this.#opening ??= this.#open(path).finally(() => (this.#opening = null));
    return this.#opening;
  }

  /** Starts the engine for a page that lost it. Throws FORBIDDEN unless a page of the engine asks. */
  async startEngine(senderUrl: string): Promise<void> {
    this.assertOwnPage(senderUrl);
    const before = this.#engineUrl;
    const { url } = await this.#host.ensureEngine();
    if (url === before) return;
    this.#engineUrl = url; // on another port: the old page cannot reach it
    await this.#host.show(await this.#host.companionLink('/'));
  }

  /** Throws FORBIDDEN unless the address is a page of the engine that is shown. */
  assertOwnPage(senderUrl: string): void {
    if (this.#engineUrl !== null && isOwnPage(senderUrl, this.#engineUrl)) return;
    throw new BenchmateError('FORBIDDEN', 'Only Benchmate’s own page may ask this.');
  }

  async #open(path: string): Promise<void> {
    for (;;) {
      try {
        this.#engineUrl = (await this.#host.ensureEngine()).url;
        return await this.#host.show(await this.#host.companionLink(path));
      } catch (error) {
        if (await this.#host.askRetry(toErrorShape(error))) continue;
        return this.#host.quit();
      }
    }
  }
}
