import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { line, median } from './lib/statistics.ts';

const engine = fileURLToPath(new URL('../../desktop/engine/dist/main.mjs', import.meta.url));
const rounds = 11;
const limit = 2.5;

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
    console.log(line('engine, spawn to /health 200', ours, 'ms'));
    console.log(line('node -e 0', empty, 'ms'));
    console.log(`engine on a new data directory: ${fresh.toFixed(0)} ms`);
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

async function engineStart(dataDir: string): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, [engine, 'run', '--data-dir', dataDir, '--port', String(port)], {
    stdio: 'ignore',
  });
  const gone = new Promise(resolve => child.once('exit', resolve));
  try {
    for (;;) {
      const healthy = await fetch(`http://127.0.0.1:${port}/health`).then(
        response => response.ok,
        () => false,
      );
      if (healthy) return performance.now() - started;
      if (child.exitCode !== null) throw new Error(`the engine ended with ${child.exitCode}`);
      await new Promise(resolve => setTimeout(resolve, 2));
    }
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
