import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import type { ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { startProgram, type Program } from './program.ts';
import { until } from './until.ts';

/** One person's machine: an engine in a data folder of its own. */
export interface Device {
  readonly dataDir: string;
  readonly client: ClosableEngineClient;
  kill: () => Promise<void>;
  start: () => Promise<void>;
  pid: () => number;
}

/** Engines and a sync server as real processes in one temporary folder; `close` ends and removes them. */
export interface TeamBench {
  readonly dir: string;
  readonly serverUrl: string;
  device: (name: string) => Promise<Device>;
  /** A further sync server with nothing on it; its address. */
  otherServer: () => Promise<string>;
  /** Ends the sync server as with kill -9, or starts it again on the same data and port. */
  killServer: () => Promise<void>;
  startServer: () => Promise<void>;
  serverPid: () => number;
  close: () => Promise<void>;
}

/** `serverAt`: where the caller's own sync server is; none is started then. */
export async function openTeamBench(serverAt?: (dir: string) => Promise<string>): Promise<TeamBench> {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-team-'));
  const serverData = join(dir, 'server');
  const started: { stop: () => Promise<void> }[] = [];
  let port = 0;
  let server: Program<{ url: string }> | null = null;
  const startServer = async () => {
    server = await startProgram('sync-server/src/main.ts', ['--data-dir', serverData, '--port', String(port)]);
    port = Number(new URL(server.announced.url).port);
  };
  const theirs = await serverAt?.(dir);
  if (theirs === undefined) await startServer();
  return {
    dir,
    serverUrl: theirs ?? `http://127.0.0.1:${port}`,
    async device(name) {
      const { device, stop } = await openDevice(join(dir, name), name);
      started.push({ stop });
      return device;
    },
    async otherServer() {
      const other = await startProgram<{ url: string }>('sync-server/src/main.ts', ['--data-dir', join(dir, 'other')]);
      started.push({ stop: other.stop });
      return other.announced.url;
    },
    killServer: async () => server?.kill(),
    startServer,
    serverPid: () => server!.pid,
    async close() {
      await Promise.all(started.map(({ stop }) => stop()));
      await server?.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Without a sync server; `stop` ends it. */
export async function openDevice(
  dataDir: string,
  name: string,
): Promise<{ device: Device; stop: () => Promise<void> }> {
  let engine: Program<{ url: string }> | null = null;
  const client = connectEngine(dataDir);
  const start = async () => {
    engine = await startProgram('desktop/engine/src/main.ts', ['run', '--data-dir', dataDir]);
  };
  await start();
  await client.team.rename.mutate({ member: name });
  const device: Device = {
    dataDir,
    client,
    start,
    kill: async () => engine?.kill(),
    pid: () => engine!.pid,
  };
  const stop = async () => {
    client.close();
    await engine?.stop();
  };
  return { device, stop };
}

/** Founds a team on the first device and brings the others in; resolves when all are online and share everything. */
export async function formTeam(bench: TeamBench, [founder, ...others]: readonly [Device, ...Device[]]): Promise<void> {
  await founder.client.team.connect.mutate({ serverUrl: bench.serverUrl });
  for (const other of others) {
    const { me } = await other.client.team.state.query();
    const { link } = await founder.client.team.invite.mutate({ role: 'owner' });
    await other.client.team.join.mutate({ link, name: me.name });
  }
  for (const device of [founder, ...others]) await allShared(device);
}

/** Online, and nothing waits. */
export function allShared({ client }: Device): Promise<unknown> {
  return until(async () => {
    const { sync } = await client.team.state.query();
    return sync.state === 'online' && sync.unshared === 0;
  });
}

/** A folder with the least that makes it a project, opened on a device. */
export async function openProject({ client }: Pick<Device, 'client'>, dir: string, projectId: string): Promise<void> {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'benchmate.yaml'), `id: ${projectId}\nname: ${projectId}\n`);
  await client.projects.open.mutate({ dir });
}
