import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Log } from '../operations/log.ts';

/** PEM files: the certificate with those between it and its authority, and its key. */
export interface TlsFiles {
  cert: string;
  key: string;
}

export interface Front {
  readonly server: Server | TlsServer;
  readonly scheme: 'http' | 'https';
  /** When the certificate ends; null without TLS. */
  certificateEnds: () => number | null;
  /** Reads the certificate again; connections that are open keep the old one. One that does not work is logged, and not used. */
  reload: () => void;
  stopWatching: () => void;
}

/** Bodies have limits of their own: a file may take hours, the rest seconds. */
const serverOptions = { noDelay: true, requestTimeout: 0, headersTimeout: 10_000 };
/** Polled: it also sees the links that Kubernetes and certbot change, on any file system. */
const lookEveryMs = 5000;

/** What answers requests, with TLS where there is a certificate. Throws BAD_REQUEST when that cannot be used. */
export function openFront(tls: TlsFiles | null, log: Log, answer: RequestListener): Front {
  if (!tls)
    return {
      server: createServer(serverOptions, answer),
      scheme: 'http',
      certificateEnds: () => null,
      reload: () => {},
      stopWatching: () => {},
    };
  let pair = readPair(tls);
  const server = createTlsServer({ ...serverOptions, ...pair.context }, answer);
  const reload = () => {
    try {
      pair = readPair(tls);
      server.setSecureContext(pair.context);
      log('info', 'certificate-loaded', { ends: new Date(pair.ends).toISOString() });
    } catch (error) {
      log('error', 'certificate-unusable', { reason: error instanceof Error ? error.message : String(error) });
    }
  };
  const watched = [tls.cert, tls.key];
  for (const path of watched)
    watchFile(path, { interval: lookEveryMs, persistent: false }, (now, before) => {
      if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) reload();
    });
  return {
    server,
    scheme: 'https',
    certificateEnds: () => pair.ends,
    reload,
    stopWatching: () => {
      for (const path of watched) unwatchFile(path);
    },
  };
}

function readPair({ cert, key }: TlsFiles) {
  const context = { cert: read(cert), key: read(key), minVersion: 'TLSv1.2' as const };
  try {
    createSecureContext(context);
    return { context, ends: Date.parse(new X509Certificate(context.cert).validTo) };
  } catch (cause) {
    throw new BenchmateError(
      'BAD_REQUEST',
      `${cert} and ${key} are not a certificate and its key.`,
      'Both are PEM files that belong together, the key without a passphrase.',
      { cause },
    );
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new BenchmateError('BAD_REQUEST', `${path} cannot be read.`, 'Look at its path and who may read it.', {
      cause,
    });
  }
}
