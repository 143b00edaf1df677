import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SpoolWriter, type SpoolEvent } from '../../supervisor/spool.ts';
import { readSpool } from './read-spool.ts';
import { Bench } from './testing.ts';

/** A file system that can be filled: needs the right to mount, as in the container that runs these tests. */
const canMount = tryMount();
let disk: string;

beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'benchmate-disk-'));
  if (canMount) mount(disk);
});
afterEach(() => {
  if (canMount) execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

test.runIf(canMount)(
  'J11: a full disk fails the job with a sentence, and the next one runs when there is room',
  async () => {
    const bench = new Bench();
    mkdirSync(join(bench.dataDir, 'jobs'));
    mount(join(bench.dataDir, 'jobs'));
    await bench.open();
    try {
      fill(join(bench.dataDir, 'jobs', 'ballast'));
      const first = await bench.submitScript('');
      expect(await bench.ended(first.jobId)).toMatchObject({
        state: 'failed',
        message: 'The disk is full, so the job was not started: free some space and submit it again.',
      });
      rmSync(join(bench.dataDir, 'jobs', 'ballast'));
      const second = await bench.submitScript('');
      expect((await bench.ended(second.jobId)).state).toBe('succeeded');
    } finally {
      execFileSync('umount', [join(bench.dataDir, 'jobs')]);
      await bench.dispose();
    }
  },
);

test.runIf(canMount)('J12: an event that found the disk full is whole when it is written again', () => {
  const file = join(disk, 'spool.jsonl');
  const spool = new SpoolWriter(file);
  const event: SpoolEvent = { at: 1, type: 'exit', code: 0, signal: null, cancelled: false };
  spool.append(event);
  fill(join(disk, 'ballast'));
  let written = 1;
  const appendUntilFull = () => {
    for (; written < 1000; written++) spool.append(event);
  };
  expect(appendUntilFull).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
  rmSync(join(disk, 'ballast'));
  spool.append({ ...event, code: 7 });
  spool.close();
  const { events } = readSpool(file, 0)!;
  expect(events).toHaveLength(written + 1);
  expect(events.at(-1)).toMatchObject({ code: 7 });
});

function fill(file: string): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(4096), { flag: 'a' });
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

function mount(dir: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k,mode=700', 'tmpfs', dir], { stdio: 'ignore' });
}

function tryMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-mount-'));
  try {
    mount(dir);
    execFileSync('umount', [dir]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
