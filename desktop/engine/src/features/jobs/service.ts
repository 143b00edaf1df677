import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import { terminalJobStates, type Job } from '@benchmate/shared/domain/job';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { Announcer } from '../../host/announcer.ts';
import type { Clock } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import { jobFiles } from '../../supervisor/spool.ts';
import { checkCommand } from './command.ts';
import { readLog, type LogPart } from './job-log.ts';
import type { ProjectForJobs, ProjectsPort, RunOfJob, RunsPort } from './ports.ts';
import { JobRunner } from './runner.ts';
import { detectSlots, type Slot } from './slots.ts';
import { JobStore, type JobRow } from './store.ts';
import { jobOfToken } from './token.ts';

export interface JobsParts {
  store: Store;
  clock: Clock;
  /** Tells this engine's announcements from those of an earlier one. */
  epoch: string;
  dataDir: string;
  supervisorMain: string;
  projects: ProjectsPort;
  runs: RunsPort;
  trackingUri: () => string;
  detectSlots?: () => Promise<Slot[]>;
  /** Told what went wrong behind the scenes; it is tried again by itself. */
  failed?: (error: unknown) => void;
}

export interface NewJobRequest {
  projectId?: string | undefined;
  dir?: string | undefined;
  command?: string[] | undefined;
  params: Record<string, string>;
  name?: string | undefined;
}

/** Whose place in the queue is announced when it moves; a longer queue is read by `list`. */
const announcedPositions = 20;

/** This machine's queue of jobs. Rules in SPEC.md. */
export class JobsService {
  readonly changes: Announcer<Job>;
  readonly #parts: JobsParts;
  readonly #jobs: JobStore;
  readonly #runner: JobRunner;
  readonly #announced = new Map<string, string>();
  #stopProgress = () => {};

  constructor(parts: JobsParts) {
    this.#parts = parts;
    this.#jobs = new JobStore(parts.store);
    this.changes = new Announcer(parts.epoch);
    this.#runner = new JobRunner({
      store: parts.store,
      jobs: this.#jobs,
      clock: parts.clock,
      dataDir: parts.dataDir,
      supervisorMain: parts.supervisorMain,
      surroundings: { projects: parts.projects, trackingUri: parts.trackingUri },
      detectSlots: parts.detectSlots ?? detectSlots,
      changed: jobId => this.#changed(jobId),
      failed: error => parts.failed?.(error),
    });
  }

  /** Takes up the jobs of the engine before, then the queue. Call it once the tracking routes answer. */
  async start(): Promise<void> {
    await this.#runner.start();
    this.#watchProgress();
  }

  /** Running jobs go on. */
  async close(): Promise<void> {
    this.#stopProgress();
    await this.#runner.close();
  }

  async submit(request: NewJobRequest): Promise<Job> {
    const project = await this.#projectOf(request);
    const dir = request.dir ?? project?.dir;
    if (!dir || !isAbsolute(dir))
      throw new BenchmateError(
        'BAD_REQUEST',
        'The job has no folder to run in.',
        'Name a project or an absolute folder.',
      );
    if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory())
      throw new BenchmateError('NOT_FOUND', `There is no folder ${dir}.`, 'Check the path, or restore the folder.');
    const command = request.command ?? project?.train;
    if (!command)
      throw new BenchmateError(
        'BAD_REQUEST',
        `${dir} is no Benchmate project, so there is no command to run by default.`,
        'Name the command.',
      );
    checkCommand(command, request.params);
    const row = {
      jobId: randomBytes(6).toString('hex'),
      name: request.name?.trim() || nameOf(project, command, request.params),
      projectId: project?.projectId ?? null,
      dir: resolve(dir),
      command: [...command],
      params: request.params,
      createdAt: this.#parts.clock.now(),
    };
    await this.#parts.store.write(() => this.#jobs.insert(row));
    const job = this.#announce(row.jobId);
    this.#wake();
    return job;
  }

  list(limit: number): Job[] {
    const rows = [...this.#jobs.running(), ...this.#jobs.queued(limit)].slice(0, limit);
    if (rows.length < limit) rows.push(...this.#jobs.finished(limit - rows.length));
    let position = 0;
    return rows.map(row => this.#toJob(row, row.state === 'queued' ? ++position : null));
  }

  get(jobId: string): Job {
    return this.#present(this.#find(jobId));
  }

  /** By its whole id; null when it is gone. */
  find(jobId: string): Job | null {
    const row = this.#jobs.get(jobId);
    return row ? this.#present(row) : null;
  }

  async cancel(jobId: string): Promise<Job> {
    const row = this.#find(jobId);
    if (terminalJobStates.has(row.state)) return this.#present(row);
    const { store, clock } = this.#parts;
    const ending = {
      state: 'cancelled',
      endedAt: clock.now(),
      exitCode: null,
      message: 'Cancelled before it started.',
    } as const;
    await store.write(() => {
      if (!this.#jobs.end(row.jobId, 'queued', ending)) this.#jobs.requestCancel(row.jobId);
    });
    const now = this.#find(row.jobId);
    if (now.state === 'running') await this.#runner.passOnCancel(now);
    else this.#changed(row.jobId);
    return this.get(row.jobId);
  }

  log(jobId: string, offset: number, limit: number): Promise<LogPart> {
    const row = this.#find(jobId);
    const file = jobFiles(this.#runner.folderOf(row.jobId)).output;
    return readLog(file, offset, limit, terminalJobStates.has(row.state));
  }

  /** Whose token this is, if it is the token of a running job. */
  identify(token: string): { kind: 'job'; jobId: string } | null {
    const jobId = jobOfToken(token, id => this.#jobs.tokenHash(id));
    return jobId === null ? null : { kind: 'job', jobId };
  }

  /** The project of a job, for the runs that it logs. */
  projectOf(jobId: string): string | null {
    return this.#jobs.get(jobId)?.projectId ?? null;
  }

  /** Whether the engine has to stay: something runs or waits. */
  isBusy(): boolean {
    return this.#jobs.isBusy();
  }

  async #projectOf({ projectId, dir }: NewJobRequest): Promise<ProjectForJobs | null> {
    if (projectId === undefined) return dir === undefined ? null : this.#parts.projects.byDir(dir);
    const project = await this.#parts.projects.byId(projectId);
    if (!project)
      throw new BenchmateError(
        'NOT_FOUND',
        `There is no project ${projectId} on this machine.`,
        'Open its folder first.',
      );
    return project;
  }

  #find(jobId: string): JobRow {
    const exact = this.#jobs.get(jobId);
    if (exact) return exact;
    const ids = /^[0-9a-f]{4,}$/.test(jobId) ? this.#jobs.idsLike(jobId) : [];
    if (ids.length > 1)
      throw new BenchmateError('BAD_REQUEST', `More than one job begins with ${jobId}.`, 'Give more digits of its id.');
    const row = ids[0] === undefined ? null : this.#jobs.get(ids[0]);
    if (!row)
      throw new BenchmateError('NOT_FOUND', `There is no job ${jobId}.`, '`benchmate jobs list` shows all jobs.');
    return row;
  }

  #present(row: JobRow): Job {
    return this.#toJob(row, row.state === 'queued' ? this.#jobs.position(row.seq) : null);
  }

  #toJob(row: JobRow, position: number | null): Job {
    const runs = row.startedAt === null ? [] : this.#parts.runs.runsOfJob(row.jobId);
    const { jobId, name, projectId, dir, command, params, state, createdAt, startedAt, endedAt, exitCode } = row;
    const message = state === 'running' && row.cancelRequested ? 'Being cancelled.' : row.message;
    const runIds = runs.map(({ runId }) => runId);
    const times = { createdAt, startedAt, endedAt };
    return {
      jobId,
      name,
      projectId,
      dir,
      command,
      params,
      state,
      position,
      ...times,
      exitCode,
      message,
      runIds,
      progress: progressOf(runs),
    };
  }

  /** Tells subscribers about a job, and about the places of those that moved up behind it. */
  #changed(jobId: string): void {
    this.#announce(jobId);
    this.#jobs.queued(announcedPositions).forEach((row, index) => this.#announceIfNew(this.#toJob(row, index + 1)));
  }

  #announce(jobId: string): Job {
    const job = this.get(jobId);
    this.#announceIfNew(job);
    return job;
  }

  #announceIfNew(job: Job): void {
    const content = JSON.stringify(job);
    if (this.#announced.get(job.jobId) === content) return;
    if (terminalJobStates.has(job.state)) this.#announced.delete(job.jobId);
    else this.#announced.set(job.jobId, content);
    this.changes.announce(job);
  }

  /** Runs grow without a change of the job's row: once a second is often enough to see it. */
  #watchProgress(): void {
    this.#stopProgress = this.#parts.clock.after(1000, () => {
      for (const row of this.#jobs.running()) this.#announceIfNew(this.#toJob(row, null));
      this.#watchProgress();
    });
  }

  #wake(): void {
    this.#runner.wake().catch((error: unknown) => this.#parts.failed?.(error));
  }
}

/** Of the latest run: its highest step, and the total when it logged `epochs`. */
function progressOf(runs: readonly RunOfJob[]): Job['progress'] {
  const run = runs.at(-1);
  if (!run || run.latestStep === null) return null;
  const total = Number(run.epochs);
  return { done: run.latestStep, total: run.epochs !== null && Number.isFinite(total) && total > 0 ? total : null };
}

function nameOf(project: ProjectForJobs | null, command: readonly string[], params: Record<string, string>): string {
  const changes = Object.entries(params).map(([key, value]) => `${key}=${value}`);
  const what = project ? [project.name] : [basename(command[0] ?? ''), ...command.slice(1)];
  return [...what, ...changes].join(' ').slice(0, 200);
}
