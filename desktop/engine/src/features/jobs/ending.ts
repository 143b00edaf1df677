import { statfsSync } from 'node:fs';
import type { SpoolEvent } from '../../supervisor/spool.ts';
import type { Ending, JobRow } from './store.ts';

/** The terminal state that an event of the spool means, with one sentence that says what to do; null for other events. */
export function endingOf(event: SpoolEvent, row: JobRow, dataDir: string): Ending | null {
  if (event.type === 'not-started') {
    const state = event.reason === 'cancelled' ? 'cancelled' : 'failed';
    return { state, endedAt: event.at, exitCode: null, message: whyNotStarted(event.reason, event.detail, row.dir) };
  }
  if (event.type !== 'exit') return null;
  const { at: endedAt, code: exitCode } = event;
  if (event.cancelled)
    return {
      state: 'cancelled',
      endedAt,
      exitCode,
      message: row.cancelRequested ? 'Cancelled.' : 'Ended because this machine or its session was shutting down.',
    };
  if (exitCode === 0) return { state: 'succeeded', endedAt, exitCode, message: '' };
  return { state: 'failed', endedAt, exitCode, message: whyFailed(exitCode, event.signal, [row.dir, dataDir]) };
}

export function whyNotStarted(reason: string, detail: string, dir: string): string {
  switch (reason) {
    case 'cancelled':
      return 'Cancelled before it started.';
    case 'dir-missing':
      return `The folder ${dir} is not there any more: restore it, or submit the job from where it is now.`;
    case 'command-missing':
      return `The command “${detail}” was not found: install it, or correct the command (\`train\` in benchmate.yaml).`;
    case 'not-executable':
      return `The command “${detail}” may not be executed: make it executable, or start it with its interpreter.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full, so the job was not started: free some space and submit it again.';
    default:
      return `The command could not be started (${detail || reason}): correct it and submit the job again.`;
  }
}

function whyFailed(code: number | null, signal: string | null, folders: readonly string[]): string {
  const full = folders.find(isFull);
  if (full) return `The command failed while the disk of ${full} was full: free some space and submit the job again.`;
  if (signal === 'SIGKILL')
    return 'The system killed the command (SIGKILL), mostly because memory ran out: use a smaller batch or model, or close other programs.';
  if (signal) return `The command was ended by ${signal}: the end of its log may say why.`;
  return `The command ended with exit code ${code}: the end of its log says why.`;
}

/** Less than 64 KiB for this user: no log line or checkpoint can be relied on. */
function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < 65_536;
  } catch {
    return false;
  }
}
