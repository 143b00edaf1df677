import { documentIds } from '@benchmate/shared/documents/document-id';
import { baselineOf, pinBaseline } from '@benchmate/shared/documents/project-document';
import { shareProject, teamProjects, type TeamProject } from '@benchmate/shared/documents/team-document';
import { changedKeys } from '../../replication/documents/changed-keys.ts';
import { documentKind } from '../../replication/documents/document-kind.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { ProjectPins, SharedProjects } from '../projects/ports.ts';

interface Parts {
  hub: DocumentHub;
  current: CurrentTeam;
  /** Throws FORBIDDEN for who may only read: what they wrote would wait here for ever. */
  author: (projectId?: string) => unknown;
}

/** What the current team's documents say about projects: which there are, and their pinned baselines. */
export class TeamProjects implements SharedProjects, ProjectPins {
  readonly #hub: DocumentHub;
  readonly #current: CurrentTeam;
  readonly #author: (projectId?: string) => unknown;
  readonly #listeners = new Set<(projectId: string) => void>();

  constructor({ hub, current, author }: Parts) {
    this.#hub = hub;
    this.#current = current;
    this.#author = author;
    const announce = (projectId: string) => {
      for (const listener of this.#listeners) listener(projectId);
    };
    hub.onOpen((documentId, doc) => {
      const its = documentKind(documentId);
      if (its?.teamId !== current.teamId) return;
      if (its.kind === 'project') doc.getMap('pins').observe(() => announce(its.projectId));
      if (its.kind === 'team')
        doc.getMap('projects').observeDeep(events => {
          for (const projectId of changedKeys(events)) announce(projectId);
        });
    });
  }

  list(): TeamProject[] {
    return this.#hub.read(documentIds.team(this.#current.teamId), teamProjects);
  }

  name(projectId: string): string | null {
    return this.list().find(project => project.projectId === projectId)?.name ?? null;
  }

  /** Says that the project exists; silent for who may only read. */
  share(project: TeamProject): void {
    try {
      this.#author();
    } catch {
      return;
    }
    // A full disk is told to whoever writes next: what is shared here is said again at the next opening.
    this.#hub.change(documentIds.team(this.#current.teamId), doc => shareProject(doc, project)).catch(() => {});
  }

  baseline(projectId: string): string | null {
    return this.#hub.read(documentIds.project(this.#current.teamId, projectId), baselineOf);
  }

  async pinBaseline(projectId: string, runId: string | null): Promise<void> {
    this.#author(projectId);
    await this.#hub.change(documentIds.project(this.#current.teamId, projectId), doc => pinBaseline(doc, runId));
  }

  onChange(listener: (projectId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
