import type { Fact } from './entry.ts';
import type { ModelState } from './registry-models.ts';

/** Kinds that change what MLflow calls a model's last update; a description of the model itself does so, too. */
export const revisingKinds: ReadonlySet<Fact['kind']> = new Set([
  'model.created',
  'model.renamed',
  'model.version-registered',
  'model.version-deleted',
  'model.version-staged',
]);

/** Which models, and which of their versions, were touched by facts, also by ones that were taken back. */
export class Touched {
  #models = new Map<ModelState, Set<string> | 'all'>();

  note(model: ModelState, fact: Extract<Fact, { model: string }>): void {
    const known = this.#models.get(model);
    if (known === 'all') return;
    const versions = known ?? new Set<string>();
    if (fact.kind === 'model.renamed' || fact.kind === 'model.deleted') return void this.#models.set(model, 'all');
    if ('versionId' in fact && fact.versionId !== null) versions.add(fact.versionId);
    if ('archived' in fact) for (const versionId of fact.archived) versions.add(versionId);
    this.#models.set(model, versions);
  }

  /** Models with the ids of their versions; what is noted from now on is new. */
  empty(): ReadonlyMap<ModelState, ReadonlySet<string> | 'all'> {
    const models = this.#models;
    this.#models = new Map();
    return models;
  }
}
