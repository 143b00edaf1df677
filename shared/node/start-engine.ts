import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchmateError } from '../src/errors/benchmate-error.ts';
import { errorCodes, type ErrorCode } from '../src/errors/codes.ts';
import type { Endpoint } from '../src/protocol/endpoint.ts';
import type { Durability } from './group-commit.ts';
import { findEngine } from './find-engine.ts';
import { stopEngine } from './stop-engine.ts';

export interface StartOptions {
  dataDir: string;
  /** The engine's entry: `dist/main.mjs` of the bundle, or its source. */
  engineMain: string;
  /** This client's own version: an older engine that nobody uses is asked to make room. Default: any engine will do. */
  version?: string;
  /** Default: the Node (or Electron, as Node) that runs this client. */
  nodePath?: string;
  port?: number;
  idleMinutes?: number;
  durability?: Durability;
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
}

/**
 * The engine of a data directory: the one that runs, else a new one, detached: it outlives this client. Two clients that
 * ask at once get the same engine. ENGINE_UNAVAILABLE (or the engine's own error) with its last words when it fails.
 */
export async function ensureEngine(options: StartOptions): Promise<Endpoint> {
  const found = await findEngine(options.dataDir);
  if (found && !(await stepsDown(found, options))) return found;
  return launch(options);
}

/** True when the engine found was older and has ended. One that is in use stays, and serves this client, too. */
async function stepsDown(found: Endpoint, { dataDir, version }: StartOptions): Promise<boolean> {
  if (version === undefined || compareVersions(found.version, version) >= 0) return false;
  try {
    return await stopEngine(dataDir);
  } catch (error) {
    if (error instanceof BenchmateError && error.code === 'CONFLICT') return false;
    throw error;
  }
}

async function launch(options: StartOptions): Promise<Endpoint> {
  const { dataDir, engineMain, nodePath = process.execPath, timeoutMs = 20_000 } = options;
  const folder = join(dataDir, 'logs');
  makeFolder(folder, dataDir);
  const log = join(folder, `start-${process.pid}.log`);
  removeOldStartLogs(folder);
  const output = openSync(log, 'w', 0o600);
  const args = [engineMain, 'run', '--data-dir', dataDir];
  if (options.port !== undefined) args.push('--port', String(options.port));
  if (options.idleMinutes !== undefined) args.push('--idle-minutes', String(options.idleMinutes));
  if (options.durability !== undefined) args.push('--durability', options.durability);
  const env = withoutCaller({ ...process.env, ...options.env });
  const child = spawn(nodePath, args, {
    cwd: dataDir,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', output, output],
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
  });
  child.unref();
  closeSync(output);
  let ended: { status: number | null } | undefined;
  const exit = once(child, 'exit').then(
    ([status]) => (ended = { status: status as number | null }),
    () => (ended = { status: null }),
  );
  // One that changes the stored data after an update says so, step by step: as long as it speaks it is waited for.
  let deadline = performance.now() + timeoutMs;
  let saidBytes = 0;
  while (performance.now() < deadline) {
    const bytes = statSync(log).size;
    if (bytes > saidBytes) deadline = performance.now() + timeoutMs;
    saidBytes = bytes;
    const endpoint = await findEngine(dataDir);
    if (endpoint) return endpoint;
    // Another client was faster: its engine answers in a moment.
    if (ended && ended.status !== errorCodes.DATA_DIR_IN_USE.exit) throw lastWords(log);
    await Promise.race([delay(25), ended ? delay(25) : exit]);
  }
  throw lastWords(log);
}

function makeFolder(folder: string, dataDir: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BenchmateError(
      code === 'ENOSPC' ? 'DISK_FULL' : 'ENGINE_UNAVAILABLE',
      `Benchmate’s engine cannot keep its data in ${dataDir}: ${reasons[code ?? ''] ?? String(error)}.`,
      code === 'ENOSPC' ? 'Free some space, then try again.' : 'Choose another data folder, or repair this one.',
    );
  }
}

const reasons: Record<string, string> = {
  ENOTDIR: 'a part of that path is a file',
  EEXIST: 'it is a file',
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

/** Each client that starts an engine has a log of its own; they are of use for a week. */
function removeOldStartLogs(folder: string): void {
  const oldest = Date.now() - 7 * 24 * 3600 * 1000;
  for (const name of readdirSync(folder).filter(name => name.startsWith('start-'))) {
    const file = join(folder, name);
    if ((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < oldest) rmSync(file, { force: true });
  }
}

function lastWords(log: string): BenchmateError {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  const [, code = '', sentence = ''] = /^([A-Z_]+): (.*)$/.exec(lines.at(-1) ?? '') ?? [];
  if (code in errorCodes) return new BenchmateError(code as ErrorCode, sentence);
  return new BenchmateError(
    'ENGINE_UNAVAILABLE',
    `Benchmate’s engine did not start. Its last words: ${lines.findLast(line => /\bError\b/.test(line)) ?? lines.at(-1) ?? 'none'}`,
    `See ${log}.`,
  );
}

/** Negative when `a` is older than `b`. Only the three numbers count. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map(version => version.split(/[.-]/, 3).map(Number));
  for (const [index, number] of (left ?? []).entries()) {
    const difference = number - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What belongs to the process that happens to start the engine, not to the engine: a job's name above all, by which its processes are ended. */
function withoutCaller(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(NODE_OPTIONS|BENCHMATE_(JOB|PROJECT)_ID|MLFLOW_.*)$/.test(name)),
  );
}
