import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { terminalJobStates, type Job } from '@benchmate/shared/domain/job';
import { systemClock } from '../../host/clock.ts';
import { openStore, type Store } from '../../storage/database.ts';
import type { ProjectForJobs, RunOfJob } from './ports.ts';
import { JobsService, type JobsParts } from './service.ts';

/** A jobs service over a real database in a temporary folder, with real supervisors: what the tests beside it share. */
export class Bench {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'benchmate-jobs-'));
  readonly projects: ProjectForJobs[] = [];
  readonly runs = new Map<string, RunOfJob[]>();
  readonly announced: Job[] = [];
  store!: Store;
  service!: JobsService;

  async open(parts: Partial<JobsParts> = {}): Promise<JobsService> {
    this.reopenStore();
    this.service = new JobsService({
      store: this.store,
      clock: systemClock,
      epoch: String(Date.now()),
      dataDir: this.dataDir,
      supervisorMain: fileURLToPath(new URL('../../supervisor/main.ts', import.meta.url)),
      projects: {
        byId: async id => this.projects.find(({ projectId }) => projectId === id) ?? null,
        byDir: async dir => this.projects.find(project => project.dir === dir) ?? null,
      },
      runs: { runsOfJob: jobId => this.runs.get(jobId) ?? [] },
      trackingUri: () => 'http://127.0.0.1:9',
      detectSlots: async () => [{ id: 'cpu:0', env: {} }],
      ...parts,
    });
    this.service.changes.listen(job => this.announced.push(job));
    await this.service.start();
    return this.service;
  }

  /** The database alone, to look at or to prepare what an engine left. */
  reopenStore(): void {
    this.store = openStore(join(this.dataDir, 'benchmate.db'));
  }

  /** As if the engine were killed: nothing of it goes on, the supervisors do. */
  async abandon(): Promise<void> {
    await this.service.close();
    this.store.close();
  }

  async dispose(): Promise<void> {
    for (const job of this.service.list(10_000)) if (job.state === 'queued') await this.service.cancel(job.jobId);
    for (const job of this.service.list(10_000)) if (job.state === 'running') await this.service.cancel(job.jobId);
    await until(() => !this.service.isBusy(), 15_000);
    await this.abandon();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** A job that runs JavaScript: there on every machine that runs the tests. */
  submitScript(script: string, more: { params?: Record<string, string>; name?: string } = {}): Promise<Job> {
    const command = [process.execPath, '-e', script, '--'];
    return this.service.submit({ dir: this.dataDir, command, params: {}, ...more });
  }

  async ended(jobId: string, timeoutMs = 15_000): Promise<Job> {
    await until(() => terminalJobStates.has(this.service.get(jobId).state), timeoutMs);
    return this.service.get(jobId);
  }

  async output(jobId: string): Promise<string> {
    return (await this.service.log(jobId, 0, 1_000_000)).text;
  }
}

export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Not within ${timeoutMs} ms: ${condition.toString()}`);
    await delay(20);
  }
}
