import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { schemaOf, schemaVersion } from '../../storage/migrate.ts';
import { openSecond } from '../../storage/second-connection.ts';
import { isAlive } from '../../supervisor/process-identity.ts';
import { jobFiles } from '../../supervisor/spool.ts';
import { readSpool } from './read-spool.ts';

interface RunningJob {
  jobId: string;
  pid: number | null;
  start: string | null;
}

/**
 * The schema is not changed while a job of an older engine runs: what it writes was agreed with that one. Called with the
 * lock held, before the database is opened for writing. Jobs that only the table calls running are no reason.
 */
export async function refuseUpgradeWhileJobsRun(dataDir: string): Promise<void> {
  const file = join(dataDir, 'benchmate.db');
  const running: string[] = [];
  for (const job of runningJobs(file)) if (await stillRuns(dataDir, job)) running.push(job.jobId);
  if (running.length === 0) return;
  throw new BenchmateError(
    'CONFLICT',
    `This version changes the stored data, and ${running.length} ${running.length === 1 ? 'job' : 'jobs'} of the version before still run (${running.join(', ')}).`,
    'Wait until they end, or cancel them with the version that started them; they go on in any case.',
  );
}

function runningJobs(file: string): RunningJob[] {
  const db = openSecond(file, { readonly: false }); // a log that a crash left is read, too
  try {
    if (schemaOf(db) >= schemaVersion || schemaOf(db) < 6) return [];
    const sql = `SELECT job_id AS jobId, supervisor_pid AS pid, supervisor_start AS start FROM job WHERE state = 'running'`;
    return db.prepare<[], RunningJob>(sql).all();
  } finally {
    db.close();
  }
}

async function stillRuns(dataDir: string, { jobId, pid, start }: RunningJob): Promise<boolean> {
  const { spool } = jobFiles(join(dataDir, 'jobs', jobId));
  const events = existsSync(spool) ? (readSpool(spool, 0)?.events ?? []) : [];
  if (events.some(({ type }) => type === 'exit' || type === 'not-started')) return false;
  const claimed = events.find(event => event.type === 'supervised');
  const supervisor = claimed?.type === 'supervised' ? claimed : { pid, start };
  return supervisor.pid !== null && isAlive(supervisor.pid, supervisor.start);
}
