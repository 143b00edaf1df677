import type { ModelVersion, RegisteredModel } from '../domain/registry.ts';
import type { Member } from '../domain/team.ts';
import { modelVersion, nameIn, registeredModel } from './registered-model.ts';
import type { ModelState, VersionState } from './registry-models.ts';
import { orSame } from './same-value.ts';

/** What is told about the models, kept up to date. A model or version that did not change keeps its very object. */
export class ModelViews {
  /** By name; never changed in place, so that whoever was given it may keep it. */
  #all: readonly RegisteredModel[] = [];
  #models = new Map<ModelState, RegisteredModel>();
  #versions = new Map<VersionState, ModelVersion>();
  #members: readonly Member[] = [];
  #names = '';
  #nameOf: (device: string) => string = () => '';

  get all(): readonly RegisteredModel[] {
    return this.#all;
  }

  /** Whether names of people are others than before: then all models are to be replaced. */
  rename(members: readonly Member[]): boolean {
    if (members === this.#members) return false;
    this.#members = members;
    const names = JSON.stringify(members.map(({ device, name }) => [device, name]));
    if (names === this.#names) return false;
    this.#names = names;
    this.#nameOf = nameIn(members);
    return true;
  }

  /** Looks again at models, and the named versions of each. `living`: the models by name. Each step is a model. */
  *update(
    touched: ReadonlyMap<ModelState, ReadonlySet<string> | 'all'>,
    living: ReadonlyMap<string, ModelState>,
  ): Generator<void, void> {
    const all = [...this.#all];
    for (const model of touched.keys()) {
      const before = this.#models.get(model);
      if (before && (before.name !== model.name || living.get(model.name) !== model)) remove(all, before);
    }
    for (const [model, versions] of touched) {
      for (const versionId of versions === 'all' ? model.versions.keys() : versions) {
        const version = model.versions.get(versionId);
        if (version) this.#versions.delete(version);
      }
      if (living.get(model.name) === model) this.#models.set(model, place(all, this.#told(model)));
      else this.#models.delete(model);
      yield;
    }
    this.#all = all;
  }

  /** All models were made anew, or people were renamed: what is still the same is told by the same objects. */
  *replace(living: ReadonlyMap<string, ModelState>): Generator<void, void> {
    this.#models = new Map();
    this.#versions = new Map();
    this.#all = this.#all.filter(({ name }) => living.has(name));
    yield* this.update(new Map([...living.values()].map(model => [model, new Set<string>()])), living);
  }

  #told(model: ModelState): RegisteredModel {
    return registeredModel(model, this.#nameOf, version => {
      const known = this.#versions.get(version);
      const told = known ?? modelVersion(model.name, version, this.#nameOf);
      if (!known) this.#versions.set(version, told);
      return told;
    });
  }
}

/** The place of the model of that name, or where it belongs. */
function placeOf(models: readonly RegisteredModel[], name: string): number {
  let [low, high] = [0, models.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (models[middle]!.name < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts it where it belongs, or leaves what stands there when that says the same. */
function place(models: RegisteredModel[], model: RegisteredModel): RegisteredModel {
  const at = placeOf(models, model.name);
  const before = models[at]?.name === model.name ? models[at] : undefined;
  const kept = before ? orSame(model, before) : model;
  models.splice(at, before ? 1 : 0, kept);
  return kept;
}

function remove(models: RegisteredModel[], model: RegisteredModel): void {
  const at = placeOf(models, model.name);
  if (models[at] === model) models.splice(at, 1);
}
