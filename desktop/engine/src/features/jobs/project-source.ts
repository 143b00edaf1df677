import { realpathSync } from 'node:fs';
import type { LocalProject, ProjectsService } from '../projects/service.ts';
import type { ProjectForJobs, ProjectsPort } from './ports.ts';

/** The projects of this machine as jobs need them. */
export function projectsForJobs(projects: Pick<ProjectsService, 'local' | 'localAt'>): ProjectsPort {
  return {
    byId: async projectId => forJobs(projects.local(projectId)),
    byDir: async dir => (exists(dir) ? forJobs(projects.localAt(dir)) : null),
  };
}

function forJobs(project: LocalProject | null): ProjectForJobs | null {
  if (!project) return null;
  const { projectId, dir, file } = project;
  return { projectId, dir, name: file.name, experimentName: file.name, train: file.train };
}

function exists(dir: string): boolean {
  try {
    realpathSync(dir);
    return true;
  } catch {
    return false;
  }
}
