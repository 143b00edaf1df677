import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endpoint } from '@benchmate/shared/protocol/endpoint';
import { mlflowPython } from '../../support/python.ts';
import { until } from '../../support/until.ts';
import { endGroup, firstLine, spawnPinned } from './pinned.ts';

/** One server of a benchmark: ours, the rival, or a limit. */
export interface Arm {
  name: string;
  url: string;
  /** Empty: it asks for none. */
  token: string;
  /** When what it acknowledges is on the disk. `none`: it keeps nothing. */
  synced: 'full' | 'normal' | 'none';
  /** False: there is nothing to count afterwards. */
  keeps: boolean;
  pid: number;
  close: () => Promise<void>;
}

const engineMain = fileURLToPath(new URL('../../../desktop/engine/src/main.ts', import.meta.url));
const nullServer = fileURLToPath(new URL('../processes/null-server.ts', import.meta.url));

export async function openEngine(
  dir: string,
  durability: 'full' | 'normal',
  env: NodeJS.ProcessEnv = {},
): Promise<Arm> {
  const dataDir = join(dir, `engine-${durability}`);
  const args = ['run', '--data-dir', dataDir, '--durability', durability, '--idle-minutes', '0'];
  const child = spawnPinned(0, [process.execPath, engineMain, ...args], { env: { ...process.env, ...env } });
  const { endpointFile } = (await firstLine(child)) as { endpointFile: string };
  const { url, token, pid } = endpoint.parse(JSON.parse(readFileSync(endpointFile, 'utf8')));
  await fetch(`${url}/version`, { headers: { authorization: `Bearer ${token}` } }); // waits until all is loaded
  const name = `engine, synchronous=${durability.toUpperCase()}`;
  return { name, url, token, pid, synced: durability, keeps: true, close: () => endGroup(child) };
}

/** What no server can pass: it parses, if told so, and keeps nothing; `sync` adds one synced write for each group of calls. */
export async function openNull(dir: string, { parse = false, sync = false } = {}): Promise<Arm> {
  const args = [...(parse ? ['--parse'] : []), ...(sync ? ['--sync', join(dir, 'synced')] : [])];
  const child = spawnPinned(0, [process.execPath, nullServer, ...args]);
  const { url } = (await firstLine(child)) as { url: string };
  const name = ['null server', ...(parse ? ['JSON.parse'] : []), ...(sync ? ['fdatasync a group'] : [])].join(', ');
  return {
    name,
    url,
    token: '',
    pid: child.pid ?? 0,
    synced: sync ? 'full' : 'none',
    keeps: false,
    close: () => endGroup(child),
  };
}

/**
 * The rival with one worker, which is its best on SQLite, on a copy of `database` or an empty one. Its commits are synced:
 * SQLite's default.
 */
export async function openMlflow(dir: string, database?: string): Promise<Arm> {
  const port = await freePort();
  const home = join(dir, 'mlflow');
  mkdirSync(home);
  if (database) copyFileSync(database, join(home, 'mlflow.db'));
  const child = spawnPinned(
    0,
    [
      await mlflowPython(),
      '-m',
      'mlflow',
      'server',
      '--host=127.0.0.1',
      `--port=${port}`,
      '--workers=1',
      `--backend-store-uri=sqlite:///${join(home, 'mlflow.db')}`,
      `--artifacts-destination=${join(home, 'artifacts')}`,
    ],
    { quiet: true, cwd: home, env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true', GIT_PYTHON_REFRESH: 'quiet' } },
  );
  child.stdout.resume();
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/health`)).ok, 120_000);
  return {
    name: 'mlflow server, SQLite, 1 worker',
    url,
    token: '',
    pid: child.pid ?? 0,
    synced: 'full',
    keeps: true,
    close: () => endGroup(child),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
