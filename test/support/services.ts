import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnv } from '../../.ci/setup/python-env.ts';
import { ensurePostgres, ensureRedis } from '../../.ci/setup/services.ts';
import { runTool } from '../../.ci/setup/run-tool.ts';
import { until } from './until.ts';

/** A real service on loopback with a folder of its own. `start` brings it back on the same data and port. */
export interface Service {
  url: string;
  kill: () => Promise<void>;
  start: () => Promise<void>;
  /** Ends it and removes its data. */
  remove: () => Promise<void>;
}

/** Undefined where PostgreSQL is neither there nor can be installed. */
export async function openPostgres(): Promise<Service | undefined> {
  const bin = await ensurePostgres();
  if (!bin) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-pg-'));
  const who = await unprivileged();
  if (who.uid !== undefined) chownSync(dir, who.uid, who.gid!);
  const data = join(dir, 'data');
  await exited(
    spawn(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'bench', '--no-sync'], {
      ...who,
      stdio: 'ignore',
      cwd: dir,
    }),
  );
  const port = await freePort();
  // A kill leaves the operating system as it is: fsync would only make the tests slow.
  const args = [
    '-D',
    data,
    '-k',
    dir,
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-c',
    'max_connections=40',
    '-c',
    'fsync=off',
  ];
  const ready = async () =>
    (await runTool(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)])).code === 0;
  return service(
    dir,
    `postgres://bench@127.0.0.1:${port}/postgres`,
    () => spawn(join(bin, 'postgres'), args, { ...who, stdio: 'ignore', cwd: dir }),
    ready,
    'SIGQUIT', // ends its processes at once, with nothing written; after a SIGKILL of the first the others would serve on
  );
}

/** Undefined where Redis is neither there nor can be installed. */
export async function openRedis(): Promise<Service | undefined> {
  const program = await ensureRedis();
  if (!program) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-redis-'));
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir];
  const ready = async () => {
    const { connect } = await import('node:net');
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    return true;
  };
  return service(dir, `redis://127.0.0.1:${port}`, () => spawn(program, args, { stdio: 'ignore', cwd: dir }), ready);
}

/** An S3 server (moto's) with an empty bucket, which `url` names. What it keeps is gone when it ends. */
export async function openS3(): Promise<Service> {
  const python = await ensurePythonEnv('s3', fileURLToPath(new URL('requirements-s3.txt', import.meta.url)));
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-s3-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/bench`;
  const args = ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)];
  const ready = async () => (await fetch(url, { method: 'PUT' })).ok;
  return service(dir, url, () => spawn(python, args, { stdio: 'ignore', cwd: dir }), ready);
}

async function service(
  dir: string,
  url: string,
  spawnIt: () => ChildProcess,
  ready: () => Promise<boolean>,
  crash: NodeJS.Signals = 'SIGKILL',
): Promise<Service> {
  let child: ChildProcess;
  const endWithUs = () => void child?.kill('SIGKILL');
  process.once('exit', endWithUs);
  const start = async () => {
    child = spawnIt();
    await until(ready, 30_000);
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(crash);
    await exit;
  };
  await start();
  return {
    url,
    start,
    kill,
    remove: async () => {
      child.kill('SIGINT'); // PostgreSQL's fast shutdown; it takes its children along
      await until(() => child.exitCode !== null || child.signalCode !== null);
      process.off('exit', endWithUs);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
async function unprivileged(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const ids = await Promise.all(['-u', '-g'].map(flag => runTool('id', [flag, 'postgres'])));
  const [uid = 65_534, gid = 65_534] = ids.map(({ code, output }) => (code === 0 ? Number(output) : 65_534));
  return { uid, gid };
}

async function exited(child: ChildProcess): Promise<void> {
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${child.spawnfile} ended with ${code}`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
