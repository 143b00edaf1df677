import type { AskedVersion, ProjectReviewers } from '@benchmate/shared/domain/model-review';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { Registry } from '@benchmate/shared/facts/registry';
import { parseReviewersFile } from '@benchmate/shared/formats/reviewers-file';
import { targetsOf } from './targets.ts';

export interface ReviewerRulesParts {
  registry: () => Registry;
  /** `REVIEWERS` of each project with a folder on this machine: null where it has none that can be read. */
  files: () => Promise<readonly { projectId: string; name: string; text: string | null }[]>;
  /** Whether these rules are the ones that count; throws where they name nobody. */
  compare: (rules: { pattern: string; people: string[][] }[]) => { same: boolean };
}

const mostVersions = 50;
const mostLines = 5000;

/** Who has to review what, and who is missing, for people to look up. */
export class ReviewerRules {
  readonly #parts: ReviewerRulesParts;

  constructor(parts: ReviewerRulesParts) {
    this.#parts = parts;
  }

  /** Versions on which somebody is asked and has not answered, newest first, with what their promotion lacks. */
  asked(): { versions: AskedVersion[]; more: number } {
    const registry = this.#parts.registry();
    const open = registry.models.flatMap(openVersions).sort((a, b) => (a.version.at < b.version.at ? 1 : -1));
    const versions = open.slice(0, mostVersions).map(({ model, version }) => ({
      model: model.name,
      version: version.version,
      people: version.requests.filter(({ state }) => state === 'open').map(({ name }) => name),
      targets: targetsOf(registry, model, version),
    }));
    return { versions, more: Math.max(0, open.length - mostVersions) };
  }

  async files(): Promise<ProjectReviewers[]> {
    const files = await this.#parts.files();
    return files.flatMap(({ projectId, name, text }) => (text === null ? [] : [this.#file(projectId, name, text)]));
  }

  #file(projectId: string, name: string, text: string): ProjectReviewers {
    try {
      const { models, paths } = parseReviewersFile(text);
      const problem = this.#problem(models);
      return { projectId, name, paths: paths.slice(0, mostLines), models: models.length, problem };
    } catch (error) {
      return { projectId, name, paths: [], models: 0, problem: sentenceOf(error) };
    }
  }

  #problem(models: { pattern: string; people: string[][] }[]): string | null {
    try {
      const { same } = this.#parts.compare(models.map(({ pattern, people }) => ({ pattern, people })));
      return same || models.length === 0 ? null : 'Its lines about models are not the ones that count.';
    } catch (error) {
      return sentenceOf(error);
    }
  }
}

const openVersions = (model: RegisteredModel) =>
  model.versions
    .filter(({ requests }) => requests.some(({ state }) => state === 'open'))
    .map(version => ({ model, version }));

const sentenceOf = (error: unknown): string => toErrorShape(error).message;
