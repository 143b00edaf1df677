import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram, type Program } from '../support/program.ts';
import { openPostgres, openRedis } from '../support/services.ts';
import { BadLine } from './bad-line.ts';
import { Restartable } from './restartable.ts';
import { canMount, SmallDisk } from './small-disk.ts';

/** Sync servers as real processes with what they rest on, and the lines that lead to them. */
export interface Place {
  lines: readonly BadLine[];
  /** What may be killed. */
  parts: readonly Restartable[];
  /** Of the server with a disk of its own that can be filled. */
  disk: SmallDisk | null;
  /** Their addresses, past the lines. */
  servers: () => string[];
  close: () => Promise<void>;
}

type Server = Program<{ url: string }>;

/** A server keeps its address over its lives: clients and lines know it by that. */
async function openServer(name: string, lines: readonly BadLine[], args: readonly string[], env: NodeJS.ProcessEnv) {
  const hosts = lines.flatMap(({ port }) => ['--allow-host', `127.0.0.1:${port}`]);
  const fast = ['--quota', 'framesPerSecond=100000'];
  let port = 0;
  let server: Server;
  const start = async () => {
    const all = ['--open', '--port', String(port), ...hosts, ...fast, ...args];
    server = await startProgram<{ url: string }>('sync-server/src/main.ts', all, env);
    port = Number(new URL(server.announced.url).port);
  };
  await start();
  for (const line of lines) line.target = port;
  const part = new Restartable(name, { start, kill: () => server.kill() });
  return { part, url: () => server.announced.url, stop: () => server.stop() };
}

const openLines = (count: number, dice: () => number): Promise<BadLine[]> =>
  Promise.all(Array.from({ length: count }, () => BadLine.open(0, dice)));

/** One server with SQLite, on a small disk where one can be mounted. */
export async function openOneServer(lineCount: number, dice: () => number): Promise<Place> {
  const lines = await openLines(lineCount, dice);
  const disk = canMount() ? new SmallDisk(64) : null;
  const dir = disk?.dir ?? mkdtempSync(join(tmpdir(), 'benchmate-storm-'));
  const server = await openServer('the server', lines, ['--data-dir', join(dir, 'data')], {});
  return {
    lines,
    parts: [server.part],
    disk,
    servers: () => [server.url()],
    async close() {
      for (const line of lines) await line.close();
      await server.stop();
      if (disk) disk.dispose();
      else rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Two servers on one PostgreSQL and one Redis. Undefined where one of these is not there. */
export async function openCluster(lineCount: number, dice: () => number): Promise<Place | undefined> {
  const [postgres, redis] = await Promise.all([openPostgres(), openRedis()]);
  if (!postgres || !redis) {
    await Promise.all([postgres?.remove(), redis?.remove()]);
    return undefined;
  }
  const lines = await openLines(lineCount, dice);
  const env = { BENCHMATE_SYNC_DATABASE: postgres.url, BENCHMATE_SYNC_REDIS: redis.url };
  const own = (index: number) => lines.filter((_, at) => at % 2 === index);
  const servers = await Promise.all(
    ['one', 'two'].map((name, index) => openServer(`server ${name}`, own(index), [], env)),
  );
  return {
    lines,
    parts: [
      ...servers.map(({ part }) => part),
      new Restartable('PostgreSQL', postgres),
      new Restartable('Redis', redis),
    ],
    disk: null,
    servers: () => servers.map(({ url }) => url()),
    async close() {
      for (const line of lines) await line.close();
      for (const { stop } of servers) await stop();
      await redis.remove();
      await postgres.remove();
    },
  };
}
