import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endpoint } from '@benchmate/shared/protocol/endpoint';
import { startProgram } from './program.ts';
import { mlflowPython } from './python.ts';

const scripts = fileURLToPath(new URL('../integration/mlflow/', import.meta.url));

/** An engine as its own process, and the stock MLflow client to talk to it. */
export interface MlflowEngine {
  readonly dataDir: string;
  readonly url: () => string;
  readonly token: () => string;
  readonly pid: () => number;
  /** Runs a script of `test/integration/mlflow` and resolves with what it printed; rejects with its last words when it fails. */
  script: (name: string, env?: Readonly<Record<string, string>>, args?: readonly string[]) => Promise<string>;
  /** One request with the token, whatever its path: nothing is normalised. */
  request: (path: string, init?: RequestInit) => Promise<Response>;
  /** kill -9, then a new engine on the same data. */
  crash: () => Promise<void>;
  close: () => Promise<void>;
}

/** `dataDir` is removed in the end; without one it is a temporary folder. */
export async function openMlflowEngine(
  dataDir = mkdtempSync(join(tmpdir(), 'benchmate-mlflow-')),
): Promise<MlflowEngine> {
  const start = () => startProgram<{ url: string }>('desktop/engine/src/main.ts', ['run', '--data-dir', dataDir]);
  let engine = await start();
  const read = () => endpoint.parse(JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8')));
  return {
    dataDir,
    url: () => read().url,
    token: () => read().token,
    pid: () => engine.pid,
    script: (name, env = {}, args = []) =>
      runScript([join(scripts, name), ...args], { ...clientEnv(read().url, read().token), ...env }),
    request: (path, init = {}) =>
      fetch(`${read().url}${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${read().token}`,
          'content-type': 'application/json',
          ...Object.fromEntries(new Headers(init.headers)),
        },
      }),
    async crash() {
      await engine.kill();
      engine = await start();
    },
    async close() {
      await engine.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * What points the stock client at a server; a failing request is tried again once only. A model's requirements are found by
 * loading it in another process, which asks no server: that is cut short.
 */
export const clientEnv = (url: string, token: string) => ({
  MLFLOW_TRACKING_URI: url,
  MLFLOW_TRACKING_TOKEN: token,
  MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1',
  MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT: '1',
  MLFLOW_DISABLE_TELEMETRY: 'true',
  GIT_PYTHON_REFRESH: 'quiet',
});

/** Runs a script in an environment that has the stock client (default: `mlflowPython`), and resolves with what it printed. */
export async function runScript(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  python = mlflowPython(),
): Promise<string> {
  const child = spawn(await python, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    // The longest that a test waits: past that nobody would end it.
    timeout: 290_000,
    killSignal: 'SIGKILL',
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-8000)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}:\n${errors}\n${output.slice(-2000)}`);
  return output;
}
