import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { projects } from '@benchmate/shared/protocol/projects';
import type { PythonEnvironments } from './environment.ts';
import type { ProjectsService } from './service.ts';

export function projectsHandlers(
  service: ProjectsService,
  environments: PythonEnvironments,
): Handlers<typeof projects> {
  return {
    templates: () => service.templates(),
    list: () => service.list(),
    get: ({ projectId }) => service.get(projectId),
    create: input => service.create(input),
    open: ({ dir }) => service.open(dir),
    async *prepare({ projectId }, signal, lastId) {
      const project = service.local(projectId) ?? service.get(projectId);
      yield* environments.prepare(project.dir ?? '', signal, lastId);
    },
    pinBaseline: ({ projectId, runId }) => service.pinBaseline(projectId, runId),
    changes: (_input, signal, lastId) => service.announcer.subscribe(signal, lastId),
  };
}
