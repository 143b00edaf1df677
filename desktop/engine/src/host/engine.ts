import { chmodSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Durability } from '@benchmate/shared/node/group-commit';
import { headerSchema } from '../storage/header-schema.ts';
import { finishRestore } from '../features/store/finish-restore.ts';
import { logBytes } from '../features/store/rewrite.ts';
import { schemaVersion, type Migration } from '../storage/migrate.ts';
import { openStore } from '../storage/database.ts';
import { sqliteVersion } from '../storage/file-lock.ts';
import { readAccess, writeAccess } from './access.ts';
import { systemClock, systemRandom, type Clock, type Random } from './clock.ts';
import { endpointFileOf, publishEndpoint } from './endpoint-file.ts';
import { createGate } from './gate.ts';
import { identityFromKeychain } from './keychain-identity.ts';
import { listen } from './listen.ts';
import { refuseNetworkDisk } from './local-disk.ts';
import { lockDataDir } from './lock.ts';
import { locateResources, type Resources } from './resources.ts';
import type { RouteRule } from './routes.ts';
import { startServing } from './serving.ts';
import type { SocketRoute } from './sockets.ts';
import { engineVersion, refuseSqlite } from './version.ts';

export interface EngineOptions {
  dataDir: string;
  /** 0 or absent: the port of the last start if it is free, else any. */
  port?: number;
  /** 0: never leaves by itself. */
  idleMinutes?: number;
  logLevel?: string;
  /** When logged params, metrics and tags are on the disk; all else always is before it is acknowledged. Default: full. */
  durability?: Durability;
  clock?: Clock;
  random?: Random;
  resources?: Resources;
}

/** What a request can reach: for tests that walk all of it. */
export interface Served {
  routes: RouteRule[];
  sockets: readonly SocketRoute[];
}

export interface RunningEngine {
  url: string;
  endpointFile: string;
  /** Resolves with all that is served once it is; rejects when it could not be built (the engine is stopped then). */
  ready: Promise<Served>;
  /** Ends everything within three seconds; jobs go on. */
  stop: () => Promise<void>;
  /** Resolves when the engine has ended, for whatever reason. */
  stopped: Promise<void>;
}

/**
 * Starts the engine on a data directory. Resolves once it holds the lock, the store and the port, and has published its
 * endpoint; the features are built right after, and requests that come earlier wait for them.
 */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const dataDir = resolve(options.dataDir);
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const durability = options.durability ?? 'full';
  const stops: (() => void | Promise<void>)[] = [];
  try {
    prepareFolder(dataDir);
    const lock = lockDataDir(dataDir);
    stops.push(() => lock.release());
    const tooOld = refuseSqlite(sqliteVersion());
    if (tooOld) throw new BenchmateError('TOOL_MISSING', tooOld, 'Install the packages again with `npm ci`.');
    refuseNetworkDisk(dataDir);
    finishRestore(dataDir);
    const uncleanEnd = logBytes(dataDir) > 0; // asked before anybody opens the database, which empties it
    await checkUpgrade(dataDir);
    const store = openStore(resolve(dataDir, 'benchmate.db'), durability, sayStep);
    stops.push(() => store.close());
    stops.push(() => store.settled());
    const identity = await identityFromKeychain(dataDir, random);
    const access = readAccess(dataDir, random);
    let port = 0;
    const gate = createGate(() => port);
    port = await listen(gate.server, options.port ? { port: options.port } : { wish: access.port });
    stops.push(() => gate.server.close().closeAllConnections());
    if (port !== access.port) writeAccess(dataDir, { token: access.token, port });
    const url = `http://127.0.0.1:${port}`;
    const startedAt = clock.now();
    const endpoint = {
      url,
      port,
      token: access.token,
      pid: process.pid,
      startedAt,
      version: engineVersion,
      durability,
    };
    stops.push(publishEndpoint(dataDir, { ...endpoint, protocolVersion: 1, schemaVersion }));
    return startServing({
      options,
      gate,
      stops,
      base: {
        dataDir,
        identity,
        store,
        clock,
        random,
        resources: options.resources ?? locateResources(),
        url,
        port,
        token: access.token,
        startedAt,
        uncleanEnd,
      },
      endpointFile: endpointFileOf(dataDir),
    });
  } catch (error) {
    for (const stop of stops.toReversed()) await stop();
    throw error;
  }
}

export function prepareFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    chmodSync(dataDir, 0o700);
  } catch (error) {
    throw new BenchmateError(
      'BAD_REQUEST',
      `The data folder ${dataDir} cannot be used: ${(error as Error).message}.`,
      'Choose another folder with --data-dir.',
      { cause: error },
    );
  }
}

/** What is needed for it is loaded only when there is something to change: every start would pay for it. */
async function checkUpgrade(dataDir: string): Promise<void> {
  const written = headerSchema(resolve(dataDir, 'benchmate.db'));
  if (written === null || written >= schemaVersion) return;
  const { refuseUpgradeWhileJobsRun } = await import('../features/jobs/refuse-upgrade.ts');
  await refuseUpgradeWhileJobsRun(dataDir);
}

/** Whoever waits for the start reads it there. A new database is made without a word. */
function sayStep({ id, name }: Migration, of: number): void {
  if (of < schemaVersion)
    process.stderr.write(`Changing the stored data to schema ${id} of ${schemaVersion} (${name})\n`);
}
