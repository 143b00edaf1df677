import type { IncomingMessage } from 'node:http';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

export interface GateOptions {
  /** Values of `Host` besides this machine's loopback names: what a proxy in front passes on. */
  allowHosts: readonly string[];
  /** Origins of web pages that may talk to this server; none by default. */
  allowOrigins: readonly string[];
  /** Whether a proxy in front says for which host it was asked. */
  trustProxy?: boolean;
  /** Whether pages of its own may talk to it: those at `/companion/`. */
  servesPages?: boolean;
}

/** Refuses requests that are not addressed to this server (DNS rebinding) or come from a web page that nobody allowed. */
export class Gate {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #trustProxy: boolean;
  readonly #servesPages: boolean;

  constructor(
    address: string,
    port: number,
    { allowHosts, allowOrigins, trustProxy = false, servesPages = false }: GateOptions,
  ) {
    this.#trustProxy = trustProxy;
    this.#servesPages = servesPages;
    const name = address.includes(':') ? `[${address}]` : address;
    const own = [name, '127.0.0.1', 'localhost', '[::1]'].map(host => `${host}:${port}`);
    this.#hosts = new Set([...own, ...allowHosts]);
    this.#origins = new Set(allowOrigins);
  }

  check({ rawHeaders, headers, url }: IncomingMessage): void {
    const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
    const host = this.#trustProxy ? (headers['x-forwarded-host'] ?? headers.host) : headers.host;
    if (hosts !== 1 || typeof host !== 'string' || !this.#hosts.has(host) || !url?.startsWith('/'))
      throw new BenchmateError(
        'FORBIDDEN',
        'The request is not addressed to this sync server.',
        'Use its own address, or name it with --allow-host.',
      );
    const { origin } = headers;
    const isOwn = this.#servesPages && origin !== undefined && /^https?:\/\//.test(origin) && hostOf(origin) === host;
    const allowed = origin === undefined || this.#origins.has(origin) || isOwn;
    // The identity provider sends a browser back here; a cookie of this server says that it was sent there.
    const comesBack = headers['sec-fetch-mode'] === 'navigate' && url.startsWith('/~sign-in');
    // A link in a message leads to a page, which is the same for everybody.
    const opensPage = this.#servesPages && headers['sec-fetch-mode'] === 'navigate' && url.startsWith('/companion');
    if (!allowed || (origin === undefined && headers['sec-fetch-site'] === 'cross-site' && !comesBack && !opensPage))
      throw new BenchmateError(
        'FORBIDDEN',
        'This web page may not talk to the sync server.',
        'Name it with --allow-origin.',
      );
  }
}

const hostOf = (origin: string): string | undefined => URL.parse(origin)?.host;
