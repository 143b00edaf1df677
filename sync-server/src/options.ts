import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { OidcOptions } from './access/oidc/oidc-options.ts';
import type { TlsFiles } from './http/front.ts';
import { isLoopback } from './http/listen.ts';
import type { Log } from './operations/log.ts';
import type { Quotas } from './quotas.ts';

export interface SyncServerOptions {
  /** The embedded storage; not needed with a database. */
  dataDir?: string;
  /** postgres://…: keeps everything there, so that several processes can serve a team. */
  database?: string;
  /** redis://…: tells other processes on the same database at once; without it they look once a second. */
  redis?: string;
  /** https://s3.example.org/bucket: keeps the files of models there instead of in `dataDir`. */
  blobStore?: string;
  /** How long files that nothing refers to stay; a week by default. */
  blobGraceMs?: number;
  port: number;
  /** Default 127.0.0.1. */
  bind?: string;
  tls?: TlsFiles;
  /** A proxy in front ends TLS, and its forwarding headers are believed. */
  trustProxy?: boolean;
  /** Listening without TLS where other machines reach it. */
  allowPlain?: boolean;
  /** A sign-in with the team's identity provider, before a device gets tickets. */
  oidc?: OidcOptions;
  /** No authentication for documents; on loopback alone. */
  open?: boolean;
  allowHosts?: readonly string[];
  allowOrigins?: readonly string[];
  /** What differs from the default. */
  quotas?: Partial<Quotas>;
  /** How large the store in `dataDir` may become; no limit by default. */
  maxStorageBytes?: number;
  /** How long `/ready` answers 503 before clients are sent away. */
  drainMs?: number;
  /** Opens the operator's own address on loopback, at this port (0: any), and says in `dataDir` how to reach it. */
  adminPort?: number;
  /** The folder of the companion's files, which are served at `/companion/`; false for none. Default: beside the program. */
  companion?: string | false;
  log?: Log;
  now?: () => number;
}

/** Throws BAD_REQUEST for what would show a team's documents to others. */
export function checkExposure({ bind = '127.0.0.1', open, tls, trustProxy, allowPlain }: SyncServerOptions): void {
  if (isLoopback(bind)) return;
  if (open)
    throw new BenchmateError(
      'BAD_REQUEST',
      `With --open everybody could read and change everything at ${bind}.`,
      'Leave --open out, or bind to 127.0.0.1.',
    );
  if (!tls && !trustProxy && !allowPlain)
    throw new BenchmateError(
      'BAD_REQUEST',
      `Whoever is on the way to ${bind} could read everything: nothing encrypts it.`,
      'Give --tls-cert and --tls-key; --trust-proxy behind a proxy that ends TLS; or --allow-plain.',
    );
}
