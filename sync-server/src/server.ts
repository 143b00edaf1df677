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
import { Counters } from './operations/counters.ts';
import { Operations } from './operations/operations.ts';
import { Rooms } from './rooms/rooms.ts';
import { openStore } from './storage/database.ts';
import { DocumentLog } from './storage/documents.ts';
import { EntryLog } from './storage/entries.ts';

export interface SyncServerOptions {
  dataDir: string;
  port: number;
  /** Default 127.0.0.1. */
  bind?: string;
  /** No authentication for documents; on loopback alone. */
  open?: boolean;
  allowHosts?: readonly string[];
  allowOrigins?: readonly string[];
  now?: () => number;
}

export interface SyncServer {
  url: string;
  /** Commits what was received, says goodbye to every client and frees the data directory; within 3 s. */
  close(): Promise<void>;
}

const goodbyeMs = 1000;

/** Builds the whole server: the one place that knows all its parts. */
export async function startSyncServer(options: SyncServerOptions): Promise<SyncServer> {
  const {
    dataDir,
    port,
    bind = '127.0.0.1',
    open = false,
    allowHosts = [],
    allowOrigins = [],
    now = Date.now,
  } = options;
  if (open && !isLoopback(bind))
    throw new BenchmateError(
      'BAD_REQUEST',
      `With --open everybody could read and change everything at ${bind}.`,
      'Leave --open out, or bind to 127.0.0.1.',
    );
  const store = openStore(dataDir);
  const documents = new DocumentLog(store.db);
  const log = new EntryLog(store.db);
  const counters = new Counters();
  const rooms = new Rooms({ store, documents, counters });
  const teams: Teams = new Teams({
    store,
    log,
    counters,
    now,
    membersChanged: team => rooms.review(team, device => documentPermission(teams.roleOf(team, device))),
  });
  const tickets = new Tickets(now);
  const operations = new Operations({
    now,
    counters,
    gauges: () => ({
      ...rooms.counts(),
      connections: upgrades.connections,
      documents: documents.count(),
      ...log.counts(),
    }),
  });
  let gate: Gate;
  const upgrades = new Upgrades({ gate: () => gate, open, tickets, teams, rooms });
  const table = routes(operations, new Sessions({ tickets, teams, now }));
  const server = createServer(
    { noDelay: true, requestTimeout: 10_000 },
    serveRoutes(table, () => gate),
  );
  server.on('upgrade', (request, stream, head) => upgrades.handle(request, stream, head));
  let listening: number;
  try {
    listening = await listen(server, bind, port);
  } catch (error) {
    store.close();
    throw error;
  }
  gate = new Gate(bind, listening, { allowHosts, allowOrigins });
  operations.ready = true;
  return {
    url: `http://${bind.includes(':') ? `[${bind}]` : bind}:${listening}`,
    async close() {
      operations.ready = false;
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      store.flush();
      upgrades.closeAll();
      server.closeIdleConnections();
      await Promise.race([closed, wait(goodbyeMs)]);
      upgrades.terminateAll();
      server.closeAllConnections();
      await closed;
      store.close();
    },
  };
}
