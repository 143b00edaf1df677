import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Project } from '@benchmate/shared/domain/project';
import type { Context } from './context.ts';

/** The project that a command is about: the one named, else the one around the working directory; null for neither. */
export async function findProject(context: Context, wanted: string | undefined): Promise<Project | null> {
  const engine = await context.engine();
  if (wanted === undefined) {
    const dir = projectRoot(process.cwd());
    return dir === null ? null : engine.projects.open.mutate({ dir });
  }
  const root = existsSync(join(wanted, projectFileName)) ? resolve(wanted) : null;
  if (root !== null) return engine.projects.open.mutate({ dir: root });
  const all = await engine.projects.list.query();
  const byId = all.filter(({ projectId }) => projectId.startsWith(wanted));
  const found = byId.length > 0 ? byId : all.filter(({ name }) => name === wanted);
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new BenchmateError('BAD_REQUEST', `More than one project fits '${wanted}'.`, 'Give the whole id.');
  throw new BenchmateError('NOT_FOUND', `There is no project '${wanted}'.`, 'Name its folder, its id or its name.');
}

/** Like `findProject`, for commands that mean nothing without one. */
export async function needProject(context: Context, wanted: string | undefined): Promise<Project> {
  const project = await findProject(context, wanted);
  if (project) return project;
  throw new BenchmateError(
    'NOT_FOUND',
    `${process.cwd()} is not in a project.`,
    'Go to the folder of a project, name one with --project, or make one with `benchmate new`.',
  );
}

/** The folder of a project on this machine. */
export function folderOf(project: Project): string {
  if (project.dir !== null) return project.dir;
  throw new BenchmateError(
    'NOT_FOUND',
    `The project ${project.name} has no folder on this machine.`,
    'Clone its repository, then run the command in it.',
  );
}

export const projectFileName = 'benchmate.yaml';

export function projectRoot(start: string): string | null {
  for (let dir = start; ; dir = dirname(dir)) {
    if (existsSync(join(dir, projectFileName))) return dir;
    if (dirname(dir) === dir) return null;
  }
}
