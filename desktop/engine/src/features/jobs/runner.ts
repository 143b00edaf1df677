import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, mayHaveLeft } from '../../supervisor/process-identity.ts';
import { endTree } from '../../supervisor/process-tree.ts';
import { jobFiles, SpoolWriter } from '../../supervisor/spool.ts';
import type { Clock } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import { endingOf, whyNotStarted } from './ending.ts';
import { jobFileOf, type Surroundings } from './job-file.ts';
import { launchSupervisor, writeJobFile } from './launch.ts';
import { readSpool } from './read-spool.ts';
import type { Slot } from './slots.ts';
import type { Ending, JobRow, JobStore, Observed } from './store.ts';
import { makeToken } from './token.ts';

export interface RunnerParts {
  store: Store;
  jobs: JobStore;
  clock: Clock;
  dataDir: string;
  supervisorMain: string;
  surroundings: Surroundings;
  detectSlots: () => Promise<Slot[]>;
  /** A job is not what it was. */
  changed: (jobId: string) => void;
  /** A round could not be finished; states in the database stay true. */
  failed: (error: unknown) => void;
}

const tickMs = 1000;
const maxLaunches = 3;
/** How long a claimed spool may stay empty before its supervisor counts as gone. */
const silentClaimMs = 10_000;
const lostGraceMs = 2000;

/** Moves jobs forward: starts what is next, learns from the spools what became of the running ones (rules in SPEC.md). */
export class JobRunner {
  readonly #parts: RunnerParts;
  readonly #launches = new Map<string, { count: number; underway: boolean; error: Error | null }>();
  readonly #silentSince = new Map<string, number>();
  #slots: Slot[] = [];
  #ticking: Promise<void> | null = null;
  #again = false;
  #closed = false;
  #cancelTimer = () => {};

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#slots = await this.#parts.detectSlots();
    await this.wake();
    this.#schedule();
  }

  /** Stops looking; running jobs go on, their supervisors need nobody. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    await this.#ticking;
  }

  folderOf(jobId: string): string {
    return join(this.#parts.dataDir, 'jobs', jobId);
  }

  /** Looks at everything now. One round at a time; a call during a round makes one more follow. */
  wake(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (this.#ticking) {
      this.#again = true;
      return this.#ticking;
    }
    this.#ticking = this.#rounds().finally(() => (this.#ticking = null));
    return this.#ticking;
  }

  /** Asks the supervisor of a running job to end it: by file for certain, by signal for speed. */
  async passOnCancel(row: JobRow): Promise<void> {
    const folder = this.folderOf(row.jobId);
    if (existsSync(folder)) writeFileSync(jobFiles(folder).cancel, '', { mode: 0o600 });
    const { supervisorPid: pid, supervisorStart: start } = row;
    if (process.platform !== 'win32' && pid !== null && start !== null && (await isAlive(pid, start)))
      process.kill(pid, 'SIGTERM');
  }

  async #rounds(): Promise<void> {
    do {
      this.#again = false;
      await Promise.all(this.#parts.jobs.running().map(row => this.#reconcile(row)));
      await this.#fill();
    } while (this.#again && !this.#closed);
  }

  #schedule(): void {
    this.#cancelTimer = this.#parts.clock.after(tickMs, () => {
      void this.wake()
        .catch(this.#parts.failed) // a failing disk, say: the next round tries again
        .finally(() => !this.#closed && this.#schedule());
    });
  }

  async #fill(): Promise<void> {
    const { jobs, store, clock, changed } = this.#parts;
    const taken = new Set(jobs.running().map(({ slot }) => slot));
    for (const slot of this.#slots) {
      if (taken.has(slot.id)) continue;
      const next = jobs.queued(1)[0];
      if (!next) return;
      const leased = await store.write(() => jobs.lease(next.jobId, slot.id, clock.now()));
      if (!leased) continue; // cancelled meanwhile
      changed(next.jobId);
      const row = jobs.get(next.jobId);
      if (row) await this.#launch(row);
    }
  }

  async #reconcile(row: JobRow): Promise<void> {
    const files = jobFiles(this.folderOf(row.jobId));
    const spool = readSpool(files.spool, row.spoolOffset);
    if (!spool) return row.spoolOffset === 0 ? this.#launch(row) : this.#withoutSpool(row);
    if (spool.nextOffset > row.spoolOffset) {
      this.#silentSince.delete(row.jobId);
      return this.#apply(row, spool);
    }
    if (row.cancelRequested && !existsSync(files.cancel)) await this.passOnCancel(row);
    if (row.supervisorPid === null) {
      if (this.#silentMs(row.jobId) > silentClaimMs) await this.#lose(row);
      return;
    }
    if (await isAlive(row.supervisorPid, row.supervisorStart)) return;
    const rest = readSpool(files.spool, row.spoolOffset); // what it wrote between our reading and its end
    if (rest && rest.nextOffset > row.spoolOffset) return this.#apply(row, rest);
    await this.#lose(row);
  }

  async #apply(row: JobRow, { events, nextOffset }: NonNullable<ReturnType<typeof readSpool>>): Promise<void> {
    const seen: Observed = { spoolOffset: nextOffset };
    for (const event of events) {
      if (event.type === 'supervised') Object.assign(seen, { supervisorPid: event.pid, supervisorStart: event.start });
      if (event.type === 'started') Object.assign(seen, { childPid: event.pid, childStart: event.start });
    }
    const { store, jobs, changed, dataDir } = this.#parts;
    await store.write(() => {
      jobs.observe(row.jobId, seen);
      const present = jobs.get(row.jobId) ?? row; // a cancel may have been asked for since the round began
      const ending = events.map(event => endingOf(event, present, dataDir)).find(found => found !== null);
      if (ending) jobs.end(row.jobId, 'running', ending);
    });
    if (jobs.get(row.jobId)?.state !== 'running') this.#launches.delete(row.jobId);
    changed(row.jobId);
  }

  /** How long this engine has seen a claimed spool stay empty. */
  #silentMs(jobId: string): number {
    const now = this.#parts.clock.monotonic();
    const since = this.#silentSince.get(jobId) ?? now;
    this.#silentSince.set(jobId, since);
    return now - since;
  }

  /** Somebody removed the folder of a job that was started: it must not be started again. */
  async #withoutSpool(row: JobRow): Promise<void> {
    if (row.supervisorPid === null || !(await isAlive(row.supervisorPid, row.supervisorStart))) await this.#lose(row);
  }

  /** The supervisor is gone and left no exit: whatever of the job still runs has nobody to watch it, and is ended. */
  async #lose(row: JobRow): Promise<void> {
    const { childPid: pid, childStart: start } = row;
    const tree = { pid: pid !== null && (await mayHaveLeft(pid, start)) ? pid : null, jobId: row.jobId };
    await endTree(tree, lostGraceMs);
    await this.#end(row, {
      state: 'lost',
      endedAt: this.#parts.clock.now(),
      exitCode: null,
      message: 'The process that watched over the job vanished (power cut, or killed): submit the job again.',
    });
  }

  /**
   * Starts the supervisor of a leased job. Safe to repeat while there is no spool, also after a crash between lease and
   * start: the supervisor that makes the spool has claimed the job, every other one leaves.
   */
  async #launch(row: JobRow): Promise<void> {
    const launch = this.#launches.get(row.jobId) ?? { count: 0, underway: false, error: null };
    if (launch.underway) return;
    const folder = this.folderOf(row.jobId);
    const files = jobFiles(folder);
    if (launch.count >= maxLaunches) return this.#giveUp(row, launch.error?.message ?? 'its supervisor does not start');
    this.#launches.set(row.jobId, { ...launch, count: launch.count + 1, underway: true });
    try {
      // A job file without a spool is the one that the stored token belongs to; the spool is looked at last, because
      // a supervisor makes the spool before it removes the file.
      if (!existsSync(files.job) && !existsSync(files.spool)) await this.#writeJob(row, folder);
      if (row.cancelRequested) await this.passOnCancel(row);
      launchSupervisor(this.#parts.supervisorMain, folder, error => {
        this.#launches.set(row.jobId, { count: launch.count + 1, underway: false, error });
        this.wake().catch(this.#parts.failed);
      });
    } catch (error) {
      await this.#end(row, failedToStart(error as NodeJS.ErrnoException, row, this.#parts.clock.now()));
    }
  }

  async #writeJob(row: JobRow, folder: string): Promise<void> {
    const { store, jobs, surroundings } = this.#parts;
    const { token, hash } = makeToken(row.jobId);
    const slot = this.#slots.find(({ id }) => id === row.slot);
    const file = await jobFileOf(row, { token, slotEnv: slot?.env ?? {}, surroundings });
    await store.write(() => jobs.setTokenHash(row.jobId, hash));
    writeJobFile(folder, file);
  }

  /** Claims the job itself, so that no late supervisor can start what is called failed. */
  async #giveUp(row: JobRow, detail: string): Promise<void> {
    try {
      const spool = new SpoolWriter(jobFiles(this.folderOf(row.jobId)).spool);
      spool.append({ at: this.#parts.clock.now(), type: 'not-started', reason: 'supervisor', detail });
      spool.close();
      this.#again = true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
      await this.#end(row, failedToStart(error as NodeJS.ErrnoException, row, this.#parts.clock.now()));
    }
  }

  async #end(row: JobRow, ending: Ending): Promise<void> {
    const { store, jobs, changed } = this.#parts;
    rmSync(jobFiles(this.folderOf(row.jobId)).job, { force: true });
    await store.write(() => jobs.end(row.jobId, 'running', ending));
    this.#launches.delete(row.jobId);
    changed(row.jobId);
  }
}

function failedToStart(error: NodeJS.ErrnoException, row: JobRow, endedAt: number): Ending {
  const message = whyNotStarted(error.code ?? 'unknown', error.message, row.dir);
  return { state: 'failed', endedAt, exitCode: null, message };
}
