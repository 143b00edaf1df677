import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Clock, Random } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import type { ExperimentsService } from '../experiments/service.ts';
import type { Condition } from '../search/condition.ts';
import { pageOf, type Page } from '../search/page.ts';
import type { LoggedModel, LoggedModelStatus, ModelMetric } from './logged-model.ts';
import type { DatasetFilter, ModelOrder } from './search-sql.ts';
import { LoggedModelsStore } from './store.ts';

type KeyValues = readonly { key: string; value: string }[];

export class LoggedModelsService {
  readonly #store: Store;
  readonly #models: LoggedModelsStore;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #experiments: ExperimentsService;

  constructor(parts: { store: Store; clock: Clock; random: Random; experiments: ExperimentsService }) {
    this.#store = parts.store;
    this.#models = new LoggedModelsStore(parts.store.db);
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#experiments = parts.experiments;
  }

  /** Throws NOT_FOUND, also for a deleted one unless `allowDeleted`. */
  get(modelId: string, allowDeleted = false): LoggedModel {
    const model = this.#models.get(modelId);
    if (!model || (model.lifecycle === 'deleted' && !allowDeleted))
      throw new BenchmateError('NOT_FOUND', `Logged model with ID '${modelId}' not found.`);
    return model;
  }

  /** Those that a run made under one name, newest first. */
  ofRun(runId: string, name: string): LoggedModel[] {
    return this.#models.ofRun(runId, name);
  }

  async create(input: {
    experimentId: string;
    /** Empty: a name is made from the id. */
    name: string;
    modelType: string;
    sourceRunId: string | null;
    params: KeyValues;
    tags: KeyValues;
  }): Promise<LoggedModel> {
    const modelId = `m-${Buffer.from(this.#random(16)).toString('hex')}`;
    await this.#store.write(() => {
      const experiment = this.#experiments.getActive(input.experimentId);
      const at = this.#clock.now();
      this.#models.insert({
        modelId,
        experimentId: experiment.experimentId,
        name: input.name || `model-${modelId.slice(2, 10)}`,
        modelType: input.modelType,
        sourceRunId: input.sourceRunId,
        status: 'PENDING',
        lifecycle: 'active',
        artifactUri: `${experiment.artifactLocation}/models/${modelId}/artifacts`,
        createdAt: at,
        updatedAt: at,
      });
      for (const { key, value } of input.params) this.#models.setKeyed('param', modelId, key, value);
      for (const { key, value } of input.tags) this.#models.setKeyed('tag', modelId, key, value);
    });
    return this.get(modelId);
  }

  async finalize(modelId: string, status: LoggedModelStatus): Promise<LoggedModel> {
    await this.#change(modelId, () => this.#models.setStatus(modelId, status, this.#clock.now()));
    return this.get(modelId, true);
  }

  delete(modelId: string): Promise<void> {
    return this.#change(modelId, () => this.#models.setDeleted(modelId, this.#clock.now()));
  }

  logParams(modelId: string, params: KeyValues): Promise<void> {
    return this.#change(modelId, () => {
      for (const { key, value } of params) this.#models.setKeyed('param', modelId, key, value);
    });
  }

  async setTags(modelId: string, tags: KeyValues): Promise<LoggedModel> {
    await this.#change(modelId, () => {
      for (const { key, value } of tags) this.#models.setKeyed('tag', modelId, key, value);
    });
    return this.get(modelId, true);
  }

  deleteTag(modelId: string, key: string): Promise<void> {
    return this.#change(modelId, () => {
      if (!this.#models.deleteTag(modelId, key))
        throw new BenchmateError('NOT_FOUND', `No tag with key '${key}' on logged model '${modelId}'.`);
    });
  }

  logMetrics(metrics: readonly { modelId: string; metric: ModelMetric }[]): Promise<void> {
    return this.#store.writeLogged(() => {
      for (const { modelId, metric } of metrics) {
        this.get(modelId, true);
        this.#models.insertMetric(modelId, metric);
      }
    });
  }

  search(query: {
    experimentIds: readonly string[];
    conditions: readonly Condition[];
    datasets: readonly DatasetFilter[];
    order: readonly ModelOrder[];
    limit: number;
    offset: number;
    upTo: number | null;
  }): Page<LoggedModel> {
    const upTo = query.upTo ?? this.#models.newest();
    return pageOf(this.#models.search({ ...query, upTo, limit: query.limit + 1 }), query, upTo);
  }

  /** Also of a deleted model, as MLflow has it: what a run still logs to it is no reason to end the run. */
  #change(modelId: string, work: () => void): Promise<void> {
    return this.#store.write(() => {
      this.get(modelId, true);
      work();
    });
  }
}
