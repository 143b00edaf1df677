import { expect, test } from 'vitest';
import { Acknowledgements, type SyncedLog } from './acknowledgements.ts';
import { SyncPace } from './sync-pace.ts';

/** A disk whose syncs take as long as the test says, by the clock of the test. */
class TimedDisk implements SyncedLog {
  takesMs = 0.1;
  fails: Error | null = null;
  now = 0;
  waits = 0;
  passes = 0;
  /** How long each sync held up the thread. */
  readonly heldMs: number[] = [];

  syncNow(): void {
    this.waits++;
    this.heldMs.push(this.takesMs);
    this.now += this.takesMs;
    if (this.fails) throw this.fails;
  }

  async sync(): Promise<void> {
    this.passes++;
    this.now += this.takesMs;
    if (this.fails) throw this.fails;
  }

  async mend(): Promise<void> {}

  begun(): void {}

  committed(): void {}
}

function open() {
  const disk = new TimedDisk();
  const settled: string[] = [];
  const clock = () => disk.now;
  const acknowledgements = new Acknowledgements(disk, () => {}, new SyncPace(clock), clock);
  const write = async (tookMs = 0.1) => {
    const refuse = (error: unknown) => settled.push((error as Error).message);
    acknowledgements.afterSync({ writes: 1, tookMs, settle: () => settled.push('ok'), refuse });
    await acknowledgements.settled();
  };
  const writes = async (count: number) => {
    for (let i = 0; i < count; i++) await write();
  };
  return { disk, settled, acknowledgements, write, writes };
}

test('while the disk is quick its syncs are waited for; those of large groups run beside the event loop', async () => {
  const { disk, settled, write, writes } = open();
  await writes(100);
  expect([disk.passes, disk.waits]).toEqual([4, 96]);
  await write(5);
  expect([disk.passes, disk.waits]).toEqual([5, 96]);
  expect(settled).toEqual(Array(101).fill('ok'));
});

test('a disk that stalls holds up the thread once; from then on nobody waits until it has been quick for a while', async () => {
  const { disk, writes } = open();
  await writes(10);
  disk.takesMs = 50;
  await writes(200); // ten seconds
  expect(disk.heldMs.filter(ms => ms === 50)).toHaveLength(1);
  const before = disk.waits;
  disk.takesMs = 0.1;
  await writes(4);
  expect(disk.waits).toBe(before);
  await writes(1);
  expect(disk.waits).toBe(before + 1);
});

test('a disk that becomes slow little by little is left before it holds up anybody for long', async () => {
  const { disk, writes } = open();
  await writes(10);
  for (let ms = 0.1; ms < 30; ms += 0.02) {
    disk.takesMs = ms;
    await writes(1);
  }
  expect(Math.max(...disk.heldMs)).toBeLessThan(2);
});

test('a disk that is slow from the beginning is never waited for', async () => {
  const { disk, writes } = open();
  disk.takesMs = 10;
  await writes(1000);
  expect([disk.passes, disk.waits]).toEqual([1000, 0]);
});

test('who stalls now and then is waited for less and less, up to a minute apart', async () => {
  const { disk, writes } = open();
  for (let stalls = 1; stalls <= 20; stalls++) {
    disk.takesMs = 0.1;
    for (const before = disk.waits; disk.waits === before; disk.now += 10) await writes(1);
    disk.takesMs = 50;
    await writes(1);
  }
  expect(disk.heldMs.filter(ms => ms === 50)).toHaveLength(20);
  expect(disk.now).toBeGreaterThan(14 * 60_000);
  disk.takesMs = 0.1;
  const before = disk.now;
  for (const { waits } = disk; disk.waits === waits; disk.now += 10) await writes(1);
  expect(disk.now - before).toBeLessThan(61_000);
});

test('a sync that was waited for and failed refuses its group, and nothing more is acknowledged before the log is mended', async () => {
  const { disk, settled, acknowledgements, writes } = open();
  await writes(5);
  disk.fails = new Error('EIO');
  await writes(1);
  expect([disk.waits, settled.at(-1), acknowledgements.broken]).toEqual([2, 'EIO', true]);
  await acknowledgements.mend();
  expect(acknowledgements.broken).toBe(false);
});
