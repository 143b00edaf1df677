import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { documentPermission } from './access/permission.ts';
import { Sessions } from './access/sessions.ts';
import { Tickets } from './access/tickets.ts';
import { Teams } from './feeds/teams.ts';
import { Gate } from './http/gate.ts';
import { isLoopback, listen } from './http/listen.ts';
import { routes } from './http/routes.ts';
import { serveRoutes } from './http/serve.ts';
import { Upgrades } from './http/upgrade.ts';
import { Merger } from './compaction/merger.ts';
import { Counters } from './operations/counters.ts';
import { silentLog, type Log } from './operations/log.ts';
import { Operations } from './operations/operations.ts';
import { defaultQuotas, type Quotas } from './quotas.ts';
import { listenerFor } from './rooms/listener.ts';
import { RedisPeers } from './rooms/redis-peers.ts';
import { Rooms } from './rooms/rooms.ts';
import type { Storage } from './storage/ports.ts';
import { PostgresStorage } from './storage/postgres.ts';
import { SqliteThread } from './storage/sqlite-thread.ts';

export interface SyncServerOptions {
  /** The embedded storage; not needed with a database. */
  dataDir?: string;
  /** postgres://…: keeps everything there, so that several processes can serve a team. */
  database?: string;
  /** redis://…: tells other processes on the same database at once; without it they look once a second. */
  redis?: string;
  port: number;
  /** Default 127.0.0.1. */
  bind?: string;
  /** No authentication for documents; on loopback alone. */
  open?: boolean;
  allowHosts?: readonly string[];
  allowOrigins?: readonly string[];
  /** What differs from the default. */
  quotas?: Partial<Quotas>;
  /** How large the store in `dataDir` may become; no limit by default. */
  maxStorageBytes?: number;
  log?: Log;
  now?: () => number;
}

export interface SyncServer {
  url: string;
  /** Commits what was received, says goodbye to every client and frees the data directory; within 3 s. */
  close(): Promise<void>;
}

const drainMs = 1000;
const goodbyeMs = 1000;

/** Builds the whole server: the one place that knows all its parts. */
export async function startSyncServer(options: SyncServerOptions): Promise<SyncServer> {
  const {
    port,
    bind = '127.0.0.1',
    open = false,
    allowHosts = [],
    allowOrigins = [],
    log = silentLog,
    now = Date.now,
  } = options;
  if (open && !isLoopback(bind))
    throw new BenchmateError(
      'BAD_REQUEST',
      `With --open everybody could read and change everything at ${bind}.`,
      'Leave --open out, or bind to 127.0.0.1.',
    );
  const quotas = { ...defaultQuotas, ...options.quotas };
  const storage: Storage = await openStorage(options);
  const { documents, entries } = storage;
  const counters = new Counters();
  const merger = new Merger();
  const prefix = Buffer.from(await storage.secret('prefix'))
    .toString('base64url')
    .slice(0, 12);
  const peers = options.redis ? RedisPeers.open(options.redis, prefix, log) : null;
  const rooms = new Rooms({ documents, merger, counters, quotas, log, peers });
  const teams: Teams = new Teams({
    log: entries,
    maxMembers: quotas.members,
    counters,
    now,
    committed: team => peers?.tellTeam(team),
    membersChanged: (team, roleOf) => rooms.review(team, device => documentPermission(roleOf(device))),
  });
  peers?.connect(listenerFor({ rooms, teams, documents }));
  const secret = await storage.secret('tickets');
  const tickets = new Tickets(secret, now);
  const operations = new Operations({
    now,
    counters,
    storageWorks: () => storage.failure === null,
    gauges: async () => ({
      ...rooms.counts(),
      connections: upgrades.connections,
      documents: await documents.count(),
      ...(await entries.counts()),
    }),
  });
  let gate: Gate;
  const upgrades = new Upgrades({ gate: () => gate, open, tickets, teams, rooms, counters, quotas, log });
  const table = routes(operations, new Sessions({ secret, tickets, teams, now }));
  const server = createServer(
    { noDelay: true, requestTimeout: 10_000 },
    serveRoutes(table, () => gate),
  );
  server.on('upgrade', (request, stream, head) => upgrades.handle(request, stream, head));
  let listening: number;
  try {
    listening = await listen(server, bind, port);
  } catch (error) {
    peers?.close();
    await storage.close();
    throw error;
  }
  gate = new Gate(bind, listening, { allowHosts, allowOrigins });
  operations.serving = true;
  const url = `http://${bind.includes(':') ? `[${bind}]` : bind}:${listening}`;
  log('info', 'started', { url, open });
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    operations.serving = false;
    log('info', 'stopping', { connections: upgrades.connections });
    const closed = new Promise<void>(resolve => server.close(() => resolve()));
    // What was received is committed and acknowledged before the goodbye; a storage that hangs does not hold it up for ever.
    await Promise.race([documents.settled().catch(() => {}), wait(drainMs)]);
    upgrades.closeAll();
    server.closeIdleConnections();
    await Promise.race([closed, wait(goodbyeMs)]);
    upgrades.terminateAll();
    server.closeAllConnections();
    await closed;
    peers?.close();
    await merger.close();
    await storage.close();
    log('info', 'stopped', {});
  };
  return { url, close: () => (stopped ??= stop()) };
}

async function openStorage({ dataDir, database, redis, maxStorageBytes }: SyncServerOptions): Promise<Storage> {
  if (redis && !database)
    throw new BenchmateError('BAD_REQUEST', 'Several processes need a database in common.', 'Name it, too.');
  if (database) return PostgresStorage.open(database);
  if (dataDir) return SqliteThread.open(dataDir, maxStorageBytes);
  throw new BenchmateError('BAD_REQUEST', 'A data directory is needed.', 'Name it with --data-dir.');
}
