import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Names the start of a living process, so that a number which the system gave to another process later is not taken for
 * it: two equal answers for one pid mean the same process. Null when no such process lives (a zombie does not).
 */
export async function processStart(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return linuxStat(pid)?.start ?? null;
  if (!answersSignal(pid)) return null;
  try {
    const { stdout } =
      process.platform === 'win32'
        ? await run('powershell.exe', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.Ticks`], {
            windowsHide: true,
          })
        : await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || null;
  } catch {
    return null;
  }
}

/** Whether a process with this number, started as `start` says, still lives; without a `start` the number must do. */
export async function isAlive(pid: number, start: string | null): Promise<boolean> {
  if (start === null) return answersSignal(pid);
  return (await processStart(pid)) === start;
}

/**
 * Whether something that the process with this name started may still run: itself, or, after its end, others of its
 * group. False when the number belongs to another process by now, or the machine was started anew.
 */
export async function mayHaveLeft(pid: number, start: string | null): Promise<boolean> {
  if (start === null || (await isAlive(pid, start))) return true;
  return process.platform === 'linux' && start.startsWith(bootId()) && !linuxStat(pid);
}

export interface LinuxStat {
  pid: number;
  group: number;
  session: number;
  start: string;
}

/** From `/proc/<pid>/stat` (proc(5)); null for the dead and for zombies. */
export function linuxStat(pid: number): LinuxStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses and may hold anything, parentheses too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return { pid, group: Number(fields[2]), session: Number(fields[3]), start: `${bootId()}/${fields[19]}` };
  } catch {
    return null;
  }
}

/** Start times count from boot, so the boot belongs to the name. */
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
