import { setTimeout as wait } from 'node:timers/promises';
import { openAdmin } from './admin/open.ts';
import { documentPermission } from './access/permission.ts';
import { openSignIn } from './access/oidc/open.ts';
import { RevokedDevices } from './access/revoked.ts';
import { Sessions } from './access/sessions.ts';
import { SpokenInvites } from './access/spoken-invites.ts';
import { Tickets } from './access/tickets.ts';
import { builtCompanion } from './companion/files.ts';
import { companionRoutes } from './companion/routes.ts';
import { openObjects, serveBlobs } from './blobs/open.ts';
import { Teams } from './feeds/teams.ts';
import { Connections } from './http/connections.ts';
import { openFront, type Front } from './http/front.ts';
import { Gate } from './http/gate.ts';
import { listen } from './http/listen.ts';
import { routes } from './http/routes.ts';
import { serveRoutes } from './http/serve.ts';
import { Upgrades } from './http/upgrade.ts';
import { Merger } from './compaction/merger.ts';
import { Counters } from './operations/counters.ts';
import { silentLog } from './operations/log.ts';
import { Operations } from './operations/operations.ts';
import { checkExposure, type SyncServerOptions } from './options.ts';
import { defaultQuotas } from './quotas.ts';
import { listenerFor } from './rooms/listener.ts';
import { RedisPeers } from './rooms/redis-peers.ts';
import { Rooms } from './rooms/rooms.ts';
import { openStorage } from './storage/open.ts';
import type { Storage } from './storage/ports.ts';

export interface SyncServer {
  url: string;
  /** Reads the TLS certificate again. */
  reload(): void;
  /** Commits what was received, says goodbye to every client and frees the data directory; within 3 s and `drainMs`. */
  close(): Promise<void>;
}

const commitMs = 1000;
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
    trustProxy = false,
    drainMs = 0,
    companion = builtCompanion(),
    now = Date.now,
  } = options;
  checkExposure(options);
  const quotas = { ...defaultQuotas, ...options.quotas };
  const objects = await openObjects(options);
  const storage: Storage = await openStorage(options);
  const { documents, entries } = storage;
  const counters = new Counters();
  const merger = new Merger();
  const prefix = Buffer.from(await storage.secret('prefix'))
    .toString('base64url')
    .slice(0, 12);
  const peers = options.redis ? RedisPeers.open(options.redis, prefix, log) : null;
  const storageWorks = () => storage.failure === null;
  const rooms = new Rooms({ documents, merger, counters, quotas, log, peers, storageWorks });
  const teams: Teams = new Teams({
    log: entries,
    maxMembers: quotas.members,
    counters,
    now,
    committed: team => peers?.tellTeam(team),
    membersChanged: (team, heldBy) => rooms.review(team, (device, name) => documentPermission(heldBy(device), name)),
  });
  peers?.connect(listenerFor({ rooms, teams, documents }));
  const secret = await storage.secret('tickets');
  const connected = new Connections();
  const revoked = new RevokedDevices({
    blocked: storage.blocked,
    now,
    left: device => connected.revoke(device),
  });
  await revoked.follow(options.database !== undefined);
  const tickets = new Tickets(secret, now, device => revoked.has(device) || (signIn?.signIns.isOver(device) ?? false));
  const blobs = serveBlobs({ index: storage.blobs, objects, options, quotas, tickets, teams, log, now });
  const certificateEnds = () => front?.certificateEnds() ?? null;
  const operations = new Operations({
    now,
    counters,
    storageWorks,
    certificateEnds,
    gauges: async () => ({
      ...rooms.counts(),
      connections: upgrades.connections,
      documents: await documents.count(),
      ...(await entries.counts()),
      storageBytes: await storage.storedBytes(),
      ...(await storage.blobs.counts()),
    }),
  });
  let gate: Gate;
  const upgrades = new Upgrades({
    gate: () => gate,
    open,
    tickets,
    teams,
    rooms,
    counters,
    quotas,
    log,
    trustProxy,
    connected,
    now,
  });
  const people = {
    cells: storage.cells,
    connected: () => connected.devices(),
    ended: (device: string) => connected.signedOut(device),
  };
  const signIn = options.oidc ? await openSignIn(options.oidc, { ...people, secret, tickets, log, now }) : null;
  const sessions = new Sessions({ secret, tickets, teams, revoked, signIns: signIn?.signIns ?? null, now });
  const spoken = new SpokenInvites({ secret, tickets, teams, cells: storage.cells, now });
  const table = routes(operations, sessions, spoken);
  const streams = [
    blobs.routes,
    ...(companion === false ? [] : [companionRoutes(companion)]),
    ...(signIn ? [signIn.routes] : []),
  ];
  const answer = serveRoutes(table, () => gate, { streams, trustProxy });
  let front: Front | undefined;
  let listening: number;
  let closeAdmin: () => Promise<void>;
  let url: string;
  try {
    front = openFront(options.tls ?? null, log, answer);
    front.server.on('upgrade', (request, stream, head) => upgrades.handle(request, stream, head));
    listening = await listen(front.server, bind, port);
    url = `${front.scheme}://${bind.includes(':') ? `[${bind}]` : bind}:${listening}`;
    const shown = { url, storage, storageKind: options.database ? 'PostgreSQL' : 'SQLite', certificateEnds };
    closeAdmin = await openAdmin(options, {
      ...shown,
      teams,
      connected,
      revoked,
      signIns: signIn?.signIns ?? null,
      operations,
      counters,
      quotas,
      log,
      now,
    });
  } catch (error) {
    front?.server.close();
    revoked.close();
    signIn?.signIns.close();
    peers?.close();
    await blobs.close();
    await storage.close();
    throw error;
  }
  gate = new Gate(bind, listening, { allowHosts, allowOrigins, trustProxy, servesPages: companion !== false });
  operations.phase = 'serving';
  merger.warm();
  const { server, reload, stopWatching } = front;
  log('info', 'started', { url, open });
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    operations.phase = 'stopping';
    log('info', 'stopping', { connections: upgrades.connections });
    await wait(drainMs);
    stopWatching();
    await closeAdmin();
    revoked.close();
    signIn?.signIns.close();
    const closed = new Promise<void>(resolve => server.close(() => resolve()));
    // What was received is committed and acknowledged before the goodbye; a storage that hangs does not hold it up for ever.
    await Promise.race([documents.settled().catch(() => {}), wait(commitMs)]);
    await Promise.race([blobs.close(), wait(commitMs)]);
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
  return { url, reload, close: () => (stopped ??= stop()) };
}
