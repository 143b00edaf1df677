import { parseArgs } from 'node:util';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { SyncServerOptions } from './server.ts';

export const usage = `Usage: benchmate-sync --data-dir DIR [options]

Lets a team's engines share notes, reviews and the registry. It stores and forwards; it needs nothing else.
Its first line of output is a JSON object with its address: {"url":"http://127.0.0.1:4321"}

  --data-dir DIR       where to keep the data (made if absent; one server per folder)
  --port N             port to listen on (default: any free one)
  --bind ADDRESS       address to listen on (default: 127.0.0.1)
  --allow-host HOST    accept this Host header, too: the name and port under which a proxy is reached (repeatable)
  --allow-origin URL   let web pages of this origin connect (repeatable; default: none)
  --open               documents without authentication, for trying out and benchmarks; loopback only
  --help               show this text

A larger team: BENCHMATE_SYNC_DATABASE=postgres://… keeps everything in PostgreSQL instead, and with BENCHMATE_SYNC_REDIS=redis://…
several servers on one database serve the same documents. Both are environment variables, because they may hold passwords.

Example: benchmate-sync --data-dir ./sync-data --port 4321
`;

/** Null when help was asked for. Throws BAD_REQUEST. */
export function readArguments(argv: readonly string[], env: NodeJS.ProcessEnv): SyncServerOptions | null {
  const values = parse(argv);
  if (values.help) return null;
  const { BENCHMATE_SYNC_DATABASE: database, BENCHMATE_SYNC_REDIS: redis } = env;
  if (!values['data-dir'] && !database)
    throw new BenchmateError('BAD_REQUEST', 'A data directory is needed.', 'Name it with --data-dir.');
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new BenchmateError('BAD_REQUEST', `${values.port} is not a port.`, 'Choose a number from 1 to 65535.');
  return {
    ...(values['data-dir'] === undefined ? {} : { dataDir: values['data-dir'] }),
    ...(database ? { database } : {}),
    ...(redis ? { redis } : {}),
    port,
    ...(values.bind === undefined ? {} : { bind: values.bind }),
    open: values.open ?? false,
    allowHosts: values['allow-host'] ?? [],
    allowOrigins: values['allow-origin'] ?? [],
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        'data-dir': { type: 'string' },
        port: { type: 'string' },
        bind: { type: 'string' },
        'allow-host': { type: 'string', multiple: true },
        'allow-origin': { type: 'string', multiple: true },
        open: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0]! : String(error);
    throw new BenchmateError('BAD_REQUEST', `${message}.`, 'See benchmate-sync --help.');
  }
}
