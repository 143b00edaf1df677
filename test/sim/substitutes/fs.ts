// In the place of node:fs: the same files, with syncs that take the simulation's time and are remembered.
import { fdatasync as realSync, fdatasyncSync as realSyncNow, openSync as realOpen, type PathLike } from 'node:fs';
import { onStage, playing } from '../kernel/stage.ts';

export * from 'node:fs';

const logs = new Map<number, string>();

export function openSync(path: PathLike, flags: string, mode?: number): number {
  const handle = realOpen(path, flags, mode);
  if (typeof path === 'string' && path.endsWith('-wal')) logs.set(handle, path.replace(/-wal$/, ''));
  return handle;
}

export function fdatasync(handle: number, done: (error: Error | null) => void): void {
  const file = logs.get(handle);
  if (!playing() || !file) return realSync(handle, done);
  const { world, disk } = onStage();
  const bytes = disk.logBytes(file);
  world.after(disk.syncMs(world.current?.name ?? ''), () => {
    disk.synced(file, bytes);
    world.note(`synced ${bytes}`);
    done(null);
  });
}

export function fdatasyncSync(handle: number): void {
  const file = logs.get(handle);
  if (playing() && file) onStage().disk.synced(file);
  else realSyncNow(handle);
}
