import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mlflowPython } from '../support/python.ts';
import { until } from '../support/until.ts';

/** Asks both servers the same: see its head. */
export const differentialScript = fileURLToPath(new URL('py/differential.py', import.meta.url));

/** A stock `mlflow server` on SQLite with one worker, in a folder of its own. */
export async function openMlflowServer(): Promise<{ url: string; close: () => Promise<void> }> {
  // Its answers are compared, not its disk: in memory where the system has such a folder.
  const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'benchmate-stock-mlflow-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const child = spawn(await mlflowPython(), [...args, '--backend-store-uri', `sqlite:///${join(dir, 'store.db')}`], {
    cwd: dir,
    // Its workers are its children: the whole group is ended.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its job runners are seven more processes that nothing here needs.
    env: {
      ...process.env,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      GIT_PYTHON_REFRESH: 'quiet',
    },
  });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-4000)));
  const exit = once(child, 'exit');
  const endWithUs = () => killGroup(child.pid!);
  process.once('exit', endWithUs);
  const isReady = () => {
    if (child.exitCode !== null) throw new Error(`mlflow server ended before it was ready: ${errors}`);
    return fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  const close = async () => {
    killGroup(child.pid!);
    await exit;
    process.off('exit', endWithUs);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await until(isReady, 150_000);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close };
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
