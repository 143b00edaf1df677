import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './lib/end-with-us.ts';
import { line, median } from './lib/statistics.ts';

const engine = fileURLToPath(new URL('../../desktop/engine/dist/main.mjs', import.meta.url));
const rounds = 11;
const limit = 2.5;
const idleSeconds = 5;
const mostIdleMb = 120;

/** E2: spawn of the engine until `/health` answers 200, against `node -e 0` in the same rounds. */
export async function bench(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'benchmate-start-'));
  const ours: number[] = [];
  const empty: number[] = [];
  try {
    await engineStart(join(home, 'warm-up'));
    for (let round = 0; round < rounds; round++) {
      empty.push(emptyNode());
      ours.push(await engineStart(join(home, 'warm-up')));
    }
    const fresh = await engineStart(join(home, 'fresh'));
    const idleMb = await idleMegabytes(join(home, 'warm-up'));
    console.log(line('engine, spawn to /health 200', ours, 'ms'));
    console.log(line('node -e 0', empty, 'ms'));
    console.log(`engine on a new data directory: ${fresh.toFixed(0)} ms`);
    console.log(
      idleMb === null
        ? 'memory: not measured here'
        : `idle after ${idleSeconds} s: ${idleMb.toFixed(0)} MB (E2: at most ${mostIdleMb})`,
    );
    console.log(`ratio of medians ${(median(ours) / median(empty)).toFixed(2)} (E2: at most ${limit})`);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function emptyNode(): number {
  const started = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - started;
}

async function engineStart(dataDir: string, then = async (_pid: number) => {}): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, [engine, 'run', '--data-dir', dataDir, '--port', String(port)], {
    stdio: 'ignore',
  });
  endWithUs(child);
  const gone = new Promise(resolve => child.once('exit', resolve));
  try {
    for (;;) {
      const healthy = await fetch(`http://127.0.0.1:${port}/health`).then(
        response => response.ok,
        () => false,
      );
      if (healthy) {
        const tookMs = performance.now() - started;
        await then(child.pid ?? 0);
        return tookMs;
      }
      if (child.exitCode !== null) throw new Error(`the engine ended with ${child.exitCode}`);
      await new Promise(resolve => setTimeout(resolve, 2));
    }
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}

/** Resident memory of an engine that has loaded everything and does nothing; null where the system does not tell. */
async function idleMegabytes(dataDir: string): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  let kilobytes = 0;
  await engineStart(dataDir, async pid => {
    await new Promise(resolve => setTimeout(resolve, idleSeconds * 1000));
    kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN);
  });
  return kilobytes / 1024;
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
