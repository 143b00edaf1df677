import { parseArgs } from 'node:util';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { readOidc } from './access/oidc/oidc-options.ts';
import { readQuotas } from './quotas.ts';
import type { SyncServerOptions } from './options.ts';

export const usage = `Usage: benchmate-sync --data-dir DIR [options]
       benchmate-sync admin …      who is connected, members, devices, storage; revoke a device; the admin page
       benchmate-sync backup …     everything into one file, while the server runs
       benchmate-sync restore …    and back, into an empty place

Lets a team's engines share notes, reviews and the registry. It stores and forwards; it needs nothing else.
Its first line of output is a JSON object with its address: {"url":"http://127.0.0.1:4321"}

  --data-dir DIR       where to keep the data (made if absent; one server per folder)
  --port N             port to listen on (default: any free one)
  --bind ADDRESS       address to listen on (default: 127.0.0.1)
  --tls-cert FILE      certificate with its chain, PEM; with --tls-key. Read again when it changes and on SIGHUP
  --tls-key FILE       its key, PEM
  --trust-proxy        a proxy in front ends TLS: believe its X-Forwarded-For and X-Forwarded-Host
  --allow-plain        listen without TLS on an address that other machines reach
  --allow-host HOST    accept this Host header, too: the name and port under which it is reached (repeatable)
  --allow-origin URL   let web pages of this origin connect (repeatable; default: none)
  --max-storage-bytes N  how large the store in --data-dir may become (default: no limit)
  --quota NAME=N       change a limit, as updateBytes=2000000 (repeatable)
  --admin-port N       port of benchmate-sync admin and of its page, on 127.0.0.1 (default: any free one)
  --drain-seconds N    on SIGTERM, answer /ready with 503 for so long before clients are sent away (default: 0)
  --oidc-issuer URL    people sign in with this OpenID Connect provider before their device may connect; with --oidc-client-id
                       and --public-url, the address of this server for browsers (redirect URI: its /~sign-in/done)
  --oidc-domain NAME   only verified e-mail addresses of it (repeatable); --oidc-group NAME: or members of a group
  --oidc-days N        how long a device works on after a sign-in (default: 30)
  --no-companion       do not serve the companion at /companion/
  --open               documents without authentication, for trying out and benchmarks; loopback only
  --help               show this text

A larger team: BENCHMATE_SYNC_DATABASE=postgres://… keeps everything in PostgreSQL instead, and with BENCHMATE_SYNC_REDIS=redis://…
several servers on one database serve the same documents. Both are environment variables, because they may hold passwords.
BENCHMATE_SYNC_BLOBS=https://s3.example.org/bucket keeps files of models in an S3-compatible store (keys: AWS_ACCESS_KEY_ID …).

BENCHMATE_SYNC_OIDC_SECRET is the secret of a confidential client at the provider.

Example: benchmate-sync --data-dir ./sync-data --port 4321
`;

/** Null when help was asked for. Throws BAD_REQUEST. */
export function readArguments(argv: readonly string[], env: NodeJS.ProcessEnv): SyncServerOptions | null {
  const values = parse(argv);
  if (values.help) return null;
  const { BENCHMATE_SYNC_DATABASE: database, BENCHMATE_SYNC_REDIS: redis, BENCHMATE_SYNC_BLOBS: blobStore } = env;
  if (!values['data-dir'] && !database)
    throw new BenchmateError('BAD_REQUEST', 'A data directory is needed.', 'Name it with --data-dir.');
  const { 'tls-cert': cert, 'tls-key': key } = values;
  if ((cert === undefined) !== (key === undefined))
    throw new BenchmateError('BAD_REQUEST', 'TLS needs a certificate and its key.', 'Name both files.');
  const maxStorageBytes = wholeNumber(values['max-storage-bytes'], Number.MAX_SAFE_INTEGER);
  const oidc = readOidc(values, env['BENCHMATE_SYNC_OIDC_SECRET']);
  return {
    ...(oidc ? { oidc } : {}),
    ...(values['data-dir'] === undefined ? {} : { dataDir: values['data-dir'] }),
    ...(database ? { database } : {}),
    ...(redis ? { redis } : {}),
    ...(blobStore ? { blobStore } : {}),
    port: wholeNumber(values.port, 65_535) ?? 0,
    ...(values.bind === undefined ? {} : { bind: values.bind }),
    ...(cert === undefined || key === undefined ? {} : { tls: { cert, key } }),
    trustProxy: values['trust-proxy'] ?? false,
    allowPlain: values['allow-plain'] ?? false,
    open: values.open ?? false,
    ...(values['no-companion'] ? { companion: false as const } : {}),
    allowHosts: values['allow-host'] ?? [],
    allowOrigins: values['allow-origin'] ?? [],
    quotas: readQuotas(values.quota ?? []),
    drainMs: (wholeNumber(values['drain-seconds'], 600) ?? 0) * 1000,
    ...(values['data-dir'] === undefined ? {} : { adminPort: wholeNumber(values['admin-port'], 65_535) ?? 0 }),
    ...(maxStorageBytes === undefined ? {} : { maxStorageBytes }),
  };
}

function wholeNumber(text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,16}$/.test(text) && Number(text) <= most) return Number(text);
  throw new BenchmateError('BAD_REQUEST', `${text} is not a number from 0 to ${most}.`, 'See benchmate-sync --help.');
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        'data-dir': { type: 'string' },
        port: { type: 'string' },
        bind: { type: 'string' },
        'tls-cert': { type: 'string' },
        'tls-key': { type: 'string' },
        'trust-proxy': { type: 'boolean' },
        'allow-plain': { type: 'boolean' },
        'allow-host': { type: 'string', multiple: true },
        'allow-origin': { type: 'string', multiple: true },
        'max-storage-bytes': { type: 'string' },
        quota: { type: 'string', multiple: true },
        'admin-port': { type: 'string' },
        'drain-seconds': { type: 'string' },
        'oidc-issuer': { type: 'string' },
        'oidc-client-id': { type: 'string' },
        'oidc-domain': { type: 'string', multiple: true },
        'oidc-group': { type: 'string', multiple: true },
        'oidc-days': { type: 'string' },
        'public-url': { type: 'string' },
        'no-companion': { type: 'boolean' },
        open: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0]! : String(error);
    throw new BenchmateError('BAD_REQUEST', `${message}.`, 'See benchmate-sync --help.');
  }
}
