import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What a supervisor is to run: `job.json` in the folder of its job, mode 0600 because `env` holds the job's token. */
export interface JobFile {
  jobId: string;
  argv: [string, ...string[]];
  dir: string;
  /** Added to the environment of the supervisor. */
  env: Record<string, string>;
}

/**
 * One line of `spool.jsonl`, in the order of a life: `supervised`, then `started` or `not-started`, then `exit`.
 *
 * `at` is milliseconds since 1970 UTC; `start` names the start of a process (see `processStart`). The engine may read
 * spools of older supervisors: kinds and fields are added, never renamed.
 */
export type SpoolEvent =
  | { at: number; type: 'supervised'; pid: number; start: string | null }
  | { at: number; type: 'started'; pid: number; start: string | null }
  /** `reason`: `command-missing`, `dir-missing`, `not-executable`, `cancelled`, or the system's own error code. */
  | { at: number; type: 'not-started'; reason: string; detail: string }
  | { at: number; type: 'cancelling' }
  | { at: number; type: 'exit'; code: number | null; signal: string | null; cancelled: boolean };

export const jobFiles = (folder: string) => ({
  job: join(folder, 'job.json'),
  spool: join(folder, 'spool.jsonl'),
  output: join(folder, 'output.log'),
  /** Its existence asks the supervisor to end the job. */
  cancel: join(folder, 'cancel'),
});

/** Appends events, each on the disk before the call returns. */
export class SpoolWriter {
  readonly #fd: number;
  #torn = false;

  /**
   * Claims the job: throws EEXIST when a spool is there already, so that of two supervisors for one job only one ever
   * starts the command.
   */
  constructor(file: string) {
    this.#fd = openSync(file, 'ax', 0o600);
  }

  /** Throws with the system's code, ENOSPC above all; the same event may then be appended again. */
  append(event: SpoolEvent): void {
    const line = Buffer.from(`${this.#torn ? '\n' : ''}${JSON.stringify(event)}\n`);
    this.#torn = true; // until it is whole: what follows half a line must begin a new one
    const written = writeSync(this.#fd, line);
    if (written < line.length) throw Object.assign(new Error('The disk is full.'), { code: 'ENOSPC' });
    fsyncSync(this.#fd);
    this.#torn = false;
  }

  close(): void {
    closeSync(this.#fd);
  }
}
