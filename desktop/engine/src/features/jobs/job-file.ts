import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { JobFile } from '../../supervisor/spool.ts';
import { argvOf, resolvePython } from './command.ts';
import type { ProjectsPort } from './ports.ts';
import type { JobRow } from './store.ts';

/** What a job is told about where it runs. */
export interface Surroundings {
  projects: ProjectsPort;
  /** Address of the engine's tracking routes: `http://127.0.0.1:<port>`. */
  trackingUri: () => string;
}

/** What the supervisor of a job is to run: argv, folder, and the environment that makes the stock `mlflow` client log here. */
export async function jobFileOf(
  row: JobRow,
  { token, slotEnv, surroundings }: { token: string; slotEnv: Record<string, string>; surroundings: Surroundings },
): Promise<JobFile> {
  const project = row.projectId === null ? null : await surroundings.projects.byId(row.projectId);
  if (row.projectId !== null && !project)
    throw new BenchmateError('NOT_FOUND', 'its project is not known any more', 'Open the folder of the project again.');
  const python = resolvePython(argvOf(row.command, row.params), row.dir);
  return {
    jobId: row.jobId,
    argv: python.argv,
    dir: row.dir,
    env: {
      ...(process.platform === 'win32' ? { PYTHONIOENCODING: 'utf-8' } : {}),
      ...python.env,
      ...slotEnv,
      MLFLOW_TRACKING_URI: surroundings.trackingUri(),
      MLFLOW_TRACKING_TOKEN: token,
      BENCHMATE_JOB_ID: row.jobId,
      ...(project ? { BENCHMATE_PROJECT_ID: project.projectId, MLFLOW_EXPERIMENT_NAME: project.experimentName } : {}),
    },
  };
}
