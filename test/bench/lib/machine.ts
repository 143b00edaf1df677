import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pinning } from './pinned.ts';
import { line } from './statistics.ts';

/**
 * The lines that every report begins with: the machine, how many synced writes a second its disk takes, and for how long one of them
 * holds up whoever waits when they come 100 times a second: no server's acknowledgement is sooner than that.
 */
export async function printMachine(): Promise<void> {
  const [cpu] = cpus();
  console.log(
    `${cpus().length} x ${cpu?.model ?? 'processor'}, ${process.platform} ${release()}, Node ${process.version}; ${pinning}`,
  );
  console.log(`disk: ${syncsPerSecond().toFixed(0)} fdatasync of 4 KiB a second`);
  console.log(line('one fdatasync, 100 a second', await calmSyncs(), 'ms'));
}

async function calmSyncs(): Promise<number[]> {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-fsync-'));
  const file = openSync(join(dir, 'x'), 'w');
  const page = Buffer.alloc(4096, 'x');
  const took: number[] = [];
  for (let index = 0; index < 300; index++) {
    writeSync(file, page, 0, page.length, index * page.length);
    const began = performance.now();
    fdatasyncSync(file);
    took.push(performance.now() - began);
    await setTimeout(10);
  }
  closeSync(file);
  rmSync(dir, { recursive: true, force: true });
  return took;
}

function syncsPerSecond(): number {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-fsync-'));
  const file = openSync(join(dir, 'x'), 'w');
  const page = Buffer.alloc(4096, 'x');
  const started = performance.now();
  for (let index = 0; index < 300; index++) {
    writeSync(file, page, 0, page.length, index * page.length);
    fdatasyncSync(file);
  }
  const seconds = (performance.now() - started) / 1000;
  closeSync(file);
  rmSync(dir, { recursive: true, force: true });
  return 300 / seconds;
}
