import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

export interface SystemInfo {
  version: string;
  protocolVersion: number;
  schemaVersion: number;
  pid: number;
  dataDir: string;
  startedAt: number;
  url: string;
}

export interface SystemParts {
  info: SystemInfo;
  issueCode: () => string;
  /** Clients with an open connection. */
  connectedClients: () => number;
  /** Begins the end after the answer is out. */
  stopSoon: () => void;
}

export class SystemService {
  readonly #parts: SystemParts;

  constructor(parts: SystemParts) {
    this.#parts = parts;
  }

  info(): SystemInfo {
    return this.#parts.info;
  }

  /** `<engine>/open#<code><path>`: the page posts the code to `/session` and goes to the path. */
  companionLink(path: string): string {
    return `${this.#parts.info.url}/open#${this.#parts.issueCode()}${path}`;
  }

  stop(force: boolean): { pid: number } {
    const clients = this.#parts.connectedClients();
    if (clients > 0 && !force)
      throw new BenchmateError(
        'CONFLICT',
        `The engine is in use by ${clients} open ${clients === 1 ? 'connection' : 'connections'}.`,
        'Close the other windows, or stop it with --force.',
      );
    this.#parts.stopSoon();
    return { pid: this.#parts.info.pid };
  }
}
