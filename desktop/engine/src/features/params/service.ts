import { paramEffects } from '@benchmate/shared/diff/param-effect';
import { chosenMetric } from '@benchmate/shared/domain/chosen-metric';
import type { Project } from '@benchmate/shared/domain/project';
import type { Run } from '@benchmate/shared/domain/run';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { readParams, type ParamEntry } from '@benchmate/shared/formats/params-file';
import type { PlacedEffect } from '@benchmate/shared/protocol/params';

export interface ParamsParts {
  /** NOT_FOUND where there is none. */
  project: (projectId: string) => Project;
  /** Undefined for a baseline that a teammate pinned and whose run is not here. */
  run: (runId: string) => Promise<Run | undefined>;
  /** Runs of a project, newest first, at most so many. */
  recentRuns: (projectId: string, limit: number) => Promise<readonly Run[]>;
}

/** Repetitions of what stands in a params file are among the newest: no search through years of runs while one types. */
const recentRuns = 200;

/** Params files against the runs of this engine. Keeps nothing: a params file is a file in git. */
export class ParamsService {
  readonly #parts: ParamsParts;

  constructor(parts: ParamsParts) {
    this.#parts = parts;
  }

  async effects(projectId: string, text: string): Promise<PlacedEffect[]> {
    const project = this.#parts.project(projectId);
    const baseline = project.baselineRunId === null ? undefined : await this.#parts.run(project.baselineRunId);
    const entries = baseline && validEntries(text);
    if (!baseline || !entries) return [];
    const lines = new Map(entries.map(({ key, range }) => [key, range.end.line]));
    const effects = paramEffects({
      params: Object.fromEntries(entries.map(({ key, value }) => [key, value])),
      baseline,
      runs: await this.#parts.recentRuns(projectId, recentRuns),
      metric: chosenMetric(baseline, project) ?? null,
      directions: project.directions,
    });
    return effects.map(effect => ({ ...effect, line: lines.get(effect.key) ?? 0 }));
  }
}

/** Undefined for what is half typed: the YAML extension says so, and better. */
function validEntries(text: string): ParamEntry[] | undefined {
  try {
    return readParams(text);
  } catch (error) {
    if (error instanceof BenchmateError && error.code === 'BAD_REQUEST') return undefined;
    throw error;
  }
}
