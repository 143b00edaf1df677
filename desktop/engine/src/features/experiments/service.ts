import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Clock } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import { checkArtifactUri } from '../artifacts/uri.ts';
import type { Condition, Order, ViewType } from '../search/condition.ts';
import { pageOf, type Page } from '../search/page.ts';
import type { Experiment } from './experiment.ts';
import { ExperimentsStore } from './store.ts';

export class ExperimentsService {
  readonly #store: Store;
  readonly #experiments: ExperimentsStore;
  readonly #clock: Clock;

  constructor({ store, clock }: { store: Store; clock: Clock }) {
    this.#store = store;
    this.#experiments = new ExperimentsStore(store.db);
    this.#clock = clock;
  }

  /** Also a deleted one. Throws NOT_FOUND, and BAD_REQUEST for what is no whole number. */
  get(experimentId: string): Experiment {
    const found = this.#experiments.get(experimentNumber(experimentId));
    if (!found) throw new BenchmateError('NOT_FOUND', `No Experiment with id=${experimentId} exists.`);
    return found;
  }

  /** Throws BAD_REQUEST for a deleted one. */
  getActive(experimentId: string): Experiment {
    const experiment = this.get(experimentId);
    if (experiment.lifecycle === 'active') return experiment;
    throw new BenchmateError(
      'BAD_REQUEST',
      `The experiment ${experimentId} is deleted.`,
      'Restore it, or use another one.',
    );
  }

  /** Also a deleted one. Throws NOT_FOUND. */
  getByName(name: string): Experiment {
    const found = this.#experiments.getByName(name);
    if (!found) throw new BenchmateError('NOT_FOUND', `Could not find experiment with name '${name}'.`);
    return found;
  }

  /** Part of a write: the experiment of this name, deleted or not, or a new one. */
  ensure(name: string): Experiment {
    const known = this.#experiments.getByName(name);
    if (known) return known;
    const id = this.#experiments.insert(name, '', this.#clock.now());
    this.#experiments.setArtifactLocation(id, `mlflow-artifacts:/${id}`);
    return this.get(String(id));
  }

  /** The id of the new experiment. Throws ALREADY_EXISTS. */
  create(input: {
    name: string;
    artifactLocation?: string;
    tags: readonly (readonly [string, string])[];
  }): Promise<string> {
    const { name, artifactLocation, tags } = input;
    if (artifactLocation) checkArtifactUri(artifactLocation, 'artifact_location');
    return this.#store.write(() => {
      this.#refuseTaken(name);
      const id = this.#experiments.insert(name, artifactLocation ?? '', this.#clock.now());
      if (!artifactLocation) this.#experiments.setArtifactLocation(id, `mlflow-artifacts:/${id}`);
      for (const [key, value] of tags) this.#experiments.setTag(id, key, value);
      return String(id);
    });
  }

  search(query: {
    conditions: readonly Condition[];
    order: readonly Order[];
    view: ViewType;
    limit: number;
    offset: number;
    upTo: number | null;
  }): Page<Experiment> {
    const upTo = query.upTo ?? this.#experiments.newest();
    return pageOf(this.#experiments.search({ ...query, upTo, limit: query.limit + 1 }), query, upTo);
  }

  rename(experimentId: string, name: string): Promise<void> {
    return this.#store.write(() => {
      const experiment = this.getActive(experimentId);
      if (experiment.name === name) return;
      this.#refuseTaken(name);
      this.#experiments.rename(Number(experimentId), name, this.#clock.now());
    });
  }

  /** Deletes or restores it with its runs. Nothing is lost by deleting. */
  setLifecycle(experimentId: string, lifecycle: Experiment['lifecycle']): Promise<void> {
    return this.#store.write(() => {
      if (this.get(experimentId).lifecycle === lifecycle) {
        const hidden = lifecycle === 'deleted' ? 'active' : 'deleted';
        throw new BenchmateError('NOT_FOUND', `No ${hidden} experiment with id=${experimentId} exists.`);
      }
      this.#experiments.setLifecycle(Number(experimentId), lifecycle, this.#clock.now());
    });
  }

  setTag(experimentId: string, key: string, value: string): Promise<void> {
    return this.#store.write(() => {
      this.getActive(experimentId);
      this.#experiments.setTag(Number(experimentId), key, value);
    });
  }

  deleteTag(experimentId: string, key: string): Promise<void> {
    return this.#store.write(() => {
      this.getActive(experimentId);
      if (!this.#experiments.deleteTag(Number(experimentId), key))
        throw new BenchmateError('NOT_FOUND', `No tag with name: ${key} in experiment with id ${experimentId}.`);
    });
  }

  #refuseTaken(name: string): void {
    const taken = this.#experiments.getByName(name);
    if (!taken) return;
    const state = taken.lifecycle === 'deleted' ? ' in deleted state' : '';
    throw new BenchmateError('ALREADY_EXISTS', `Experiment '${name}' already exists${state}.`, 'Choose another name.');
  }
}

/** Ids are whole numbers, also where there is no such experiment. */
export function experimentNumber(experimentId: string): number {
  if (/^-?\d{1,15}$/.test(experimentId)) return Number(experimentId);
  throw new BenchmateError(
    'BAD_REQUEST',
    `Invalid experiment ID '${experimentId.slice(0, 100)}'. Experiment ID must be a valid integer.`,
  );
}
