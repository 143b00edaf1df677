import type { Project } from '@benchmate/shared/domain/project';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { projectOf } from '@benchmate/shared/facts/rights';
import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { projects } from '@benchmate/shared/protocol/projects';
import type { TeamProjects } from '../features/team/shared-projects.ts';
import { Announcer } from '../host/announcer.ts';

interface Parts {
  shared: TeamProjects;
  models: () => readonly RegisteredModel[];
}

/** The team's projects as far as a place without their folders knows them. */
export class BrowserProjects {
  readonly #parts: Parts;
  readonly #announcer = new Announcer<Project>('page');

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.shared.onChange(projectId => {
      const project = this.list().find(known => known.projectId === projectId);
      if (project) this.#announcer.announce(project);
    });
  }

  list(): Project[] {
    const { shared } = this.#parts;
    return shared.list().map(({ projectId, name }) => ({
      projectId,
      name,
      dir: null,
      experimentName: name,
      primaryMetric: null,
      directions: {},
      card: 'MODEL_CARD.md',
      params: 'params.yaml',
      model: this.#modelOf(projectId, name),
      baselineRunId: shared.baseline(projectId),
    }));
  }

  handlers(): Partial<Handlers<typeof projects>> {
    return {
      list: () => this.list(),
      get: ({ projectId }) => {
        const project = this.list().find(known => known.projectId === projectId);
        if (project) return project;
        throw new BenchmateError(
          'NOT_FOUND',
          `There is no project ${projectId}.`,
          'A teammate shares it by opening it.',
        );
      },
      templates: () => [],
      changes: (_input, signal, lastId) => this.#announcer.subscribe(signal, lastId),
    };
  }

  /** Which model it makes stands in a file of its folder; here its name has to do. */
  #modelOf(projectId: string, name: string): string | null {
    const names = this.#parts.models().map(model => model.name);
    return (
      names.find(model => model === name) ?? names.find(model => [projectId, name].includes(projectOf(model))) ?? null
    );
  }
}
