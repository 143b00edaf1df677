import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { clientEnv, openMlflowEngine } from '../support/mlflow-engine.ts';
import { mlflowPython } from '../support/python.ts';
import { until } from '../support/until.ts';
import { median } from './lib/statistics.ts';

const rounds = 7;
const calls = 200;
const warmUpCalls = 30;

interface Candidate {
  name: string;
  /** Logs so many points, one call each, and resolves with the calls per second. */
  round: (calls: number) => Promise<number>;
  /** Points that the server holds; null where it keeps none. */
  count: () => Promise<number | null>;
  close: () => Promise<void>;
}

/**
 * T1: `log_metric` of the unmodified MLflow client, one call after the other, against our engine, against a server that
 * answers at once and keeps nothing (the client's own ceiling), the same with one synced write (the disk's), and against
 * `mlflow server` on SQLite with one worker. Rounds take turns, so that a machine that slows down slows all of them.
 */
export async function bench(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-t1-'));
  const candidates: Candidate[] = [];
  try {
    for (const open of [openEngine, openNullServer, openSyncingServer, openMlflowServer])
      candidates.push(await open(dir));
    const rates = new Map(candidates.map(({ name }) => [name, [] as number[]]));
    for (const { round } of candidates) await round(warmUpCalls);
    for (let round = 0; round < rounds; round++)
      for (const candidate of rotated(candidates, round)) rates.get(candidate.name)!.push(await candidate.round(calls));

    const [ours = NaN, limit = NaN, synced = NaN, rival = NaN] = candidates.map(({ name }) => median(rates.get(name)!));
    for (const { name, count } of candidates) {
      const kept = await count();
      const expected = warmUpCalls + rounds * calls;
      if (kept !== null && kept !== expected) throw new Error(`${name} keeps ${kept} points of ${expected}.`);
      const all = rates.get(name)!;
      const spread = `${Math.min(...all).toFixed(0)}–${Math.max(...all).toFixed(0)}`;
      const rows = kept === null ? 'keeps nothing' : `${kept} points kept`;
      console.log(
        `${name.padEnd(36)} ${median(all).toFixed(0).padStart(5)} calls/s  (${spread}, ${rounds} rounds of ${calls}; ${rows})`,
      );
    }
    const percent = (of: number) => `${((100 * ours) / of).toFixed(0)} %`;
    console.log(
      `T1 against mlflow server: ${(ours / rival).toFixed(1)}x (goal: 4.8x with every call synced to the disk)`,
    );
    console.log(`T1 against the null server: ${percent(limit)} (goal: 75 % with every call synced to the disk)`);
    console.log(`against a null server that syncs, the limit of this disk: ${percent(synced)}`);
  } finally {
    for (const { close } of candidates) await close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function openEngine(): Promise<Candidate> {
  const engine = await openMlflowEngine();
  const client = await openClient(engine.url(), engine.token());
  return {
    name: 'Benchmate engine (synchronous=FULL)',
    ...client,
    close: async () => {
      await client.close();
      await engine.close();
    },
  };
}

const openNullServer = () => openCannedServer('null server (Node, canned answers)', () => {});

/** What no server that keeps its word can pass on this disk: one synced write for each call. */
async function openSyncingServer(dir: string): Promise<Candidate> {
  const file = openSync(join(dir, 'synced'), 'w');
  const page = Buffer.alloc(4096);
  const server = await openCannedServer('null server, one synced page a call', () => {
    writeSync(file, page);
    fdatasyncSync(file);
  });
  return {
    ...server,
    close: async () => {
      await server.close();
      closeSync(file);
    },
  };
}

async function openCannedServer(name: string, beforeAnswer: () => void): Promise<Candidate> {
  const run = {
    info: { run_id: '0'.repeat(32), run_uuid: '0'.repeat(32), experiment_id: '0', status: 'RUNNING' },
    data: {},
  };
  const server = createServer((request, response) => {
    const body = request.url?.endsWith('/runs/create') ? JSON.stringify({ run }) : '{}';
    request.resume().on('end', () => {
      beforeAnswer();
      response.setHeader('content-type', 'application/json').end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = await openClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, '');
  return {
    name,
    ...client,
    count: async () => null,
    close: async () => {
      await client.close();
      server.close();
    },
  };
}

async function openMlflowServer(dir: string): Promise<Candidate> {
  const port = await freePort();
  const python = await mlflowPython();
  const database = `sqlite:///${join(dir, 'mlflow.db')}`;
  const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const server = spawn(
    python,
    [...args, '--backend-store-uri', database, '--artifacts-destination', join(dir, 'artifacts')],
    {
      stdio: 'ignore',
      cwd: dir,
      detached: process.platform !== 'win32', // it has children of its own, which must end with it
      env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true', GIT_PYTHON_REFRESH: 'quiet' },
    },
  );
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/health`)).ok, 120_000);
  const client = await openClient(url, '');
  return {
    name: 'mlflow server (SQLite, 1 worker)',
    ...client,
    close: async () => {
      await client.close();
      await endGroup(server);
    },
  };
}

/** A Python process that stays, so that no round pays for imports; it obeys one line of JSON at a time. */
async function openClient(url: string, token: string): Promise<Omit<Candidate, 'name'>> {
  const script = fileURLToPath(new URL('lib/log_metric.py', import.meta.url));
  const child = spawn(await mlflowPython(), [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...clientEnv(url, token) },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (command: string, value: number): Promise<number> => {
    child.stdin.write(`${JSON.stringify([command, value])}\n`);
    const { value: line, done } = await lines.next();
    if (done) throw new Error('The Python client ended.');
    return Number(JSON.parse(line));
  };
  return {
    round: async calls => calls / (await ask('log', calls)),
    count: () => ask('count', 0),
    close: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function endGroup(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.pid === undefined) return;
  const exit = once(server, 'exit');
  if (process.platform === 'win32') server.kill();
  else process.kill(-server.pid, 'SIGTERM');
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const rotated = <T>(list: readonly T[], by: number): T[] => list.map((_, index) => list[(index + by) % list.length]!);
