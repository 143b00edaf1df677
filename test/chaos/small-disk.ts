import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own in memory that can be filled; needs the right to mount. */
export class SmallDisk {
  readonly dir: string = mkdtempSync(join(tmpdir(), 'benchmate-small-disk-'));

  constructor(sizeMiB: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=700`, 'tmpfs', this.dir], { stdio: 'ignore' });
  }

  /** Leaves not one byte. */
  fill(): void {
    const handle = openSync(join(this.dir, 'ballast'), 'a');
    try {
      for (const size of [1 << 20, 4096, 1]) writeUntilFull(handle, Buffer.alloc(size));
    } finally {
      closeSync(handle);
    }
  }

  free(): void {
    rmSync(join(this.dir, 'ballast'), { force: true });
  }

  dispose(): void {
    execFileSync('umount', ['-l', this.dir]);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function writeUntilFull(handle: number, bytes: Buffer): void {
  try {
    while (writeSync(handle, bytes) === bytes.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

export function canMount(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    new SmallDisk(1).dispose();
    return true;
  } catch {
    return false;
  }
}
