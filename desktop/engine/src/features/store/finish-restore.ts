import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Being unpacked and verified: of no meaning yet. */
export const unpacking = 'restoring';
/** Verified: takes the place of what is there, whatever happens from now on. */
export const verified = 'restored';
export const keepFile = 'keep-in.txt';
/** What a restore replaces, in this order. The log of the old database goes with it, else the new one would be read with it. */
export const members = ['benchmate.db-wal', 'benchmate.db-shm', 'benchmate.db', 'artifacts', 'jobs', 'device.json'];

/** Finishes what a crash left of a restore, forwards or backwards. Called with the lock of the directory held. */
export function finishRestore(dataDir: string): void {
  rmSync(join(dataDir, unpacking), { recursive: true, force: true });
  const folder = join(dataDir, verified);
  if (!existsSync(folder)) return;
  const keepIn = existsSync(join(folder, keepFile)) ? readFileSync(join(folder, keepFile), 'utf8') : '';
  const keep = keepIn ? join(dataDir, keepIn) : null;
  if (keep) mkdirSync(keep, { recursive: true, mode: 0o700 });
  for (const name of members) {
    const comes = existsSync(join(folder, name));
    const goes = comes || (/-(wal|shm)$/.test(name) && existsSync(join(folder, 'benchmate.db')));
    const present = join(dataDir, name);
    if (goes && keep && existsSync(present)) renameSync(present, join(keep, name));
    if (comes) renameSync(join(folder, name), present);
  }
  rmSync(folder, { recursive: true, force: true });
  if (keep && readdirSync(keep).length === 0) rmSync(keep, { recursive: true });
}
