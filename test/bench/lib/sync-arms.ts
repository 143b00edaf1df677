import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { until } from '../../support/until.ts';
import { endGroup, firstLine, spawnPinned } from './pinned.ts';

/** A sync server under measurement. `prefixed`: every frame begins with the document's name (Hocuspocus's wire). */
export interface SyncArm {
  name: string;
  url: string;
  prefixed: boolean;
  /** When an acknowledgement comes; null: the wire has none. */
  acknowledges: 'after the commit' | 'before the commit' | null;
  pid: number;
  /** As when the machine goes out. */
  kill: () => Promise<void>;
  close: () => Promise<void>;
}

export type OpenSyncArm = (dir: string) => Promise<SyncArm>;

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The sync server of this repository, as it is built, without authentication. */
export const openOurs: OpenSyncArm = dir => openOursWith(dir, [], {});

/** The same with further arguments and variables. */
export const openOursWith = (dir: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<SyncArm> =>
  open(
    'benchmate-sync',
    [path('../../../sync-server/dist/benchmate-sync.mjs'), '--data-dir', dir, '--open', ...args],
    { prefixed: false, acknowledges: 'after the commit' },
    env,
  );

export const openHocuspocus: OpenSyncArm = dir =>
  open(`Hocuspocus ${version('@hocuspocus/server')}, SQLite extension`, [path('../processes/hocuspocus.ts'), dir], {
    prefixed: true,
    acknowledges: 'before the commit',
  });

/** Not a server that anybody could use: it says what passing on and answering cost by themselves. */
export const openRelay: OpenSyncArm = () =>
  open('bare relay, stores nothing', [path('../processes/relay.ts')], {
    prefixed: false,
    acknowledges: 'before the commit',
  });

/** The last y-websocket that had a server, with its own persistence. */
export const openYWebsocket: OpenSyncArm = async dir => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), YPERSISTENCE: dir };
  const server = path('../../../node_modules/y-websocket-2/bin/server.cjs');
  const child = spawnPinned(0, [process.execPath, server], { env, quiet: true });
  child.stdout.resume();
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(url)).ok);
  const name = `y-websocket ${version('y-websocket-2')}, y-leveldb`;
  return { name, url, prefixed: false, acknowledges: null, ...ends(child) };
};

async function open(
  name: string,
  args: readonly string[],
  wire: Pick<SyncArm, 'prefixed' | 'acknowledges'>,
  env: NodeJS.ProcessEnv = {},
): Promise<SyncArm> {
  const child = spawnPinned(0, [process.execPath, ...args], { quiet: true, env: { ...process.env, ...env } });
  const { url } = (await firstLine(child)) as { url: string };
  return { name, url, ...wire, ...ends(child) };
}

function ends(child: ReturnType<typeof spawnPinned>): Pick<SyncArm, 'pid' | 'kill' | 'close'> {
  return {
    pid: child.pid ?? 0,
    close: () => endGroup(child),
    kill: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

function version(name: string): string {
  const file = path(`../../../node_modules/${name}/package.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Processor time that a process has used, in ms. Linux alone tells. */
export function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** What a process holds in memory, in MB. */
export function residentMb(pid: number): number {
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / 1024;
}
