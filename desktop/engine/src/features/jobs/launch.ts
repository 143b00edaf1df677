import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { jobFiles, type JobFile } from '../../supervisor/spool.ts';

/** Writes what a supervisor is to run. Safe to repeat until the job is claimed. */
export function writeJobFile(folder: string, job: JobFile): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = jobFiles(folder).job;
  const temporary = `${file}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, JSON.stringify(job), { mode: 0o600, flush: true });
  renameSync(temporary, file);
}

/**
 * Starts a supervisor that outlives this process: own session, no pipe to us. `gone` is told when it ended, with what
 * went wrong if it could not even start.
 */
export function launchSupervisor(main: string, folder: string, gone: (error: Error | null) => void): void {
  const child = spawn(process.execPath, [main, folder], {
    cwd: folder,
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, // where the engine runs on an editor's Electron
  });
  child.once('error', gone);
  child.once('exit', () => gone(null));
  child.unref();
}
