import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { RunStatus } from '@benchmate/shared/domain/run';
import { sharedByTag } from '@benchmate/shared/domain/shared-by';
import type { SharedRun } from '@benchmate/shared/domain/shared-run';
import type { Clock, Random } from '../../host/clock.ts';
import type { GatheredRows, Store } from '../../storage/database.ts';
import type { Reader } from '../../storage/reader.ts';
import type { ExperimentsService } from '../experiments/service.ts';
import type { LoggedPoint } from '../metrics/point.ts';
import type { MetricsService } from '../metrics/service.ts';
import { ChangeFeed } from './change-feed.ts';
import { InputsStore } from './inputs-store.ts';
import { RunListStore, type ListQuery } from './list-store.ts';
import { RunAssembler } from './assemble.ts';
import { runReads, type RunReads } from './reads.ts';
import { runName } from './run-name.ts';
import {
  runNameTag,
  type DatasetInput,
  type DatasetSummary,
  type KeyValue,
  type ModelLink,
  type RunRecord,
} from './run-record.ts';
import { RunSearch } from './search-store.ts';
import { RunsStore } from './store.ts';

export interface RunsParts {
  store: Store;
  clock: Clock;
  random: Random;
  epoch: string;
  experiments: ExperimentsService;
  metrics: MetricsService;
  reader: Reader<RunReads>;
  /** The project whose experiment has this name; null when none has. */
  projectOfExperiment: (experimentName: string) => string | null;
  /** The project that a job of the queue belongs to; null for a job outside any. */
  projectOfJob: (jobId: string) => string | null;
  /** Ids of runs that teammates shared: this device does not change them. */
  received?: ReadonlySet<string>;
}

export interface NewRun {
  experimentId: string;
  name: string;
  userId: string;
  /** 0: now. */
  startTime: number;
  tags: readonly KeyValue[];
  /** The job whose token created it; null otherwise. */
  jobId: string | null;
}

export interface Batch {
  metrics: readonly LoggedPoint[];
  params: readonly KeyValue[];
  tags: readonly KeyValue[];
}

/** A run that was never ended (its script was killed) keeps the engine for so long and no longer. */
const patienceMs = 12 * 3_600_000;

export class RunsService {
  readonly changes: ChangeFeed;
  readonly #parts: RunsParts;
  readonly #runs: RunsStore;
  readonly #inputs: InputsStore;
  readonly #lists: RunListStore;
  readonly #searches: RunSearch;
  readonly #assembler: RunAssembler;
  readonly #here: RunReads;
  #lastChangeAt: number;

  constructor(parts: RunsParts) {
    this.#parts = parts;
    this.#runs = new RunsStore(parts.store.db);
    this.#inputs = new InputsStore(parts.store.db);
    this.#lists = new RunListStore(parts.store.db);
    this.#searches = new RunSearch(parts.store.db);
    this.#assembler = new RunAssembler(parts.store.db);
    this.#here = runReads(parts.store.db);
    this.changes = new ChangeFeed(parts.clock, parts.epoch);
    this.#lastChangeAt = parts.clock.monotonic();
  }

  async create(input: NewRun): Promise<RunRecord> {
    const { clock, random, experiments, projectOfExperiment, projectOfJob } = this.#parts;
    const tagged = input.tags.find(({ key }) => key === runNameTag)?.value ?? '';
    if (input.name && tagged && input.name !== tagged)
      throw new BenchmateError('BAD_REQUEST', `The run has two names: run_name '${input.name}' and tag '${tagged}'.`);
    const runId = Buffer.from(random(16)).toString('hex');
    const name = input.name || tagged || runName(random);
    await this.#write(runId, () => {
      const experiment = experiments.getActive(input.experimentId);
      const runNo = this.#runs.insert({
        runId,
        experimentId: experiment.experimentId,
        name,
        userId: input.userId,
        status: 'RUNNING',
        startTime: input.startTime || clock.now(),
        endTime: null,
        lifecycle: 'active',
        artifactUri: `${experiment.artifactLocation}/${runId}/artifacts`,
        projectId: (input.jobId && projectOfJob(input.jobId)) ?? projectOfExperiment(experiment.name),
        jobId: input.jobId,
      });
      for (const { key, value } of input.tags) this.#runs.setTag(runNo, key, value);
      this.#runs.setTag(runNo, runNameTag, name);
    });
    return this.get(runId);
  }

  /** Also a deleted run. Throws NOT_FOUND. */
  get(runId: string): RunRecord {
    const [run] = this.#assembler.assemble([this.#runs.get(runId)].filter(row => row !== undefined));
    if (!run) throw notFound(runId);
    return run;
  }

  /** Throws NOT_FOUND unless there is such a run, deleted or not. */
  checkKnown(runId: string): void {
    this.#found(runId);
  }

  /** Those that exist, by start time. */
  many(runIds: readonly string[]): RunRecord[] {
    return this.#assembler.assemble(this.#runs.many(runIds));
  }

  /** Runs that changed, for those who keep lists of them; also deleted ones. */
  changed(runIds: readonly string[]): RunRecord[] {
    return this.#assembler.assembleShort(this.#runs.many(runIds));
  }

  /** As {@link get}; one with thousands of metrics is read in a thread. */
  async read(runId: string): Promise<RunRecord> {
    if (!this.isWide(runId)) return this.get(runId);
    const [run] = await this.#parts.reader.read('runs.many', [runId]);
    if (!run) throw notFound(runId);
    return run;
  }

  /** Whether a run has so many metrics that reading all takes a while. */
  isWide(runId: string): boolean {
    const found = this.#runs.find(runId);
    return found !== undefined && this.#assembler.isWide(found.runNo);
  }

  /** The run that a person means: by id, by the beginning of an id, or by name. Throws NOT_FOUND or BAD_REQUEST. */
  find(text: string): RunRecord {
    return this.get(this.findId(text));
  }

  /** As {@link find}. */
  findId(text: string): string {
    const [first, second] = this.idsMeant(text);
    if (!first) throw new BenchmateError('NOT_FOUND', `There is no run '${text}'.`, 'List them with `benchmate runs`.');
    if (second)
      throw new BenchmateError('BAD_REQUEST', `More than one run fits '${text}'.`, 'Give more digits of its id.');
    return first;
  }

  /** Ids of the active runs that a person can mean; of many, the first few. */
  idsMeant(text: string): string[] {
    return this.#lists.findIds(text);
  }

  /** Active runs, newest first. `after` is the last run of the page before. */
  async list(query: ListQuery): Promise<ReturnType<RunReads['runs.list']>> {
    return this.#lists.isSmall(query.projectId)
      ? this.#here['runs.list'](query)
      : this.#parts.reader.read('runs.list', query);
  }

  /**
   * A run of another device, new or as it is there now; `keep` is part of the write. All points that were ever shared stay: each was
   * logged.
   */
  async takeShared(
    run: SharedRun,
    { by, points }: { by: string; points: readonly LoggedPoint[] },
    keep: () => void,
  ): Promise<void> {
    const { runId, name, status, startTime, endTime, projectId } = run;
    const tags = { ...run.tags, [runNameTag]: name, [sharedByTag]: by };
    const take = () => {
      keep();
      const { experimentId, artifactLocation } = this.#parts.experiments.ensure(run.experimentName);
      const artifactUri = `${artifactLocation}/${runId}/artifacts`;
      const row = { runId, experimentId, name, status, startTime, endTime, artifactUri, projectId };
      const known = this.#runs.find(runId)?.runNo;
      const runNo = known ?? this.#runs.insert({ ...row, userId: by, lifecycle: 'active', jobId: null });
      if (known !== undefined) {
        this.#runs.update(runNo, { status, endTime, name });
        for (const { key } of this.get(runId).tags) if (!(key in tags)) this.#runs.deleteTag(runNo, key);
      }
      for (const [key, value] of Object.entries(run.params))
        if (this.#runs.param(runNo, key) === undefined) this.#runs.insertParam(runNo, key, value);
      for (const [key, value] of Object.entries(tags)) this.#runs.setTag(runNo, key, value);
      for (const dataset of run.datasets) this.#inputs.addDataset(runNo, receivedDataset(dataset));
      this.#parts.metrics.gather(runNo, points);
      this.#parts.metrics.statusChanged(runNo, status !== 'RUNNING' && status !== 'SCHEDULED');
    };
    await this.#write(runId, take, this.#parts.metrics.gathered);
    if (points.length > 0) this.#parts.metrics.committed(runId, points);
  }

  /** What a job logged so far, oldest first. */
  ofJob(jobId: string): { runId: string; latestStep: number | null; epochs: string | null }[] {
    return this.#lists.ofJob(jobId);
  }

  /** A job ended: what it left running ended with it, for whoever logged it is dead. */
  async endOfJob(jobId: string, status: 'FINISHED' | 'FAILED' | 'KILLED', endTime: number): Promise<void> {
    const left = this.#lists.unendedOfJob(jobId);
    await Promise.all(left.map(runId => this.update(runId, { status, endTime, name: null })));
  }

  /** Jobs that have runs which never ended. */
  jobsWithUnended(): string[] {
    return this.#lists.jobsWithUnended();
  }

  /** Whether all runs of these experiments are read within a few milliseconds. */
  isSmall(experimentIds: readonly string[]): boolean {
    return this.#searches.isSmall(experimentIds);
  }

  async update(
    runId: string,
    change: { status: RunStatus | null; endTime: number | null; name: string | null },
  ): Promise<RunRecord> {
    await this.#write(runId, () => {
      const runNo = this.#activeRunNo(runId);
      this.#runs.update(runNo, change);
      if (change.name) this.#runs.setTag(runNo, runNameTag, change.name);
      if (change.status)
        this.#parts.metrics.statusChanged(runNo, change.status !== 'RUNNING' && change.status !== 'SCHEDULED');
    });
    return this.get(runId);
  }

  setLifecycle(runId: string, lifecycle: RunRecord['lifecycle']): Promise<void> {
    return this.#write(runId, () => this.#runs.setLifecycle(this.#found(runId).runNo, lifecycle));
  }

  /** All of it or nothing. A param that has another value already is refused with BAD_REQUEST. */
  async logBatch(runId: string, { metrics, params, tags }: Batch): Promise<void> {
    const log = () => {
      const runNo = this.#activeRunNo(runId);
      for (const param of params) this.#logParam(runNo, runId, param);
      for (const { key, value } of tags) this.#setTag(runNo, key, value);
      this.#parts.metrics.gather(runNo, metrics);
    };
    await this.#write(runId, log, this.#parts.metrics.gathered);
    if (metrics.length > 0) this.#parts.metrics.committed(runId, metrics);
  }

  deleteTag(runId: string, key: string): Promise<void> {
    return this.#write(runId, () => {
      if (!this.#runs.deleteTag(this.#activeRunNo(runId), key))
        throw new BenchmateError('NOT_FOUND', `No tag with name: ${key} in run with id ${runId}.`);
    });
  }

  logInputs(runId: string, datasets: readonly DatasetInput[], models: readonly ModelLink[]): Promise<void> {
    return this.#write(runId, () => {
      const runNo = this.#activeRunNo(runId);
      for (const dataset of datasets) this.#inputs.addDataset(runNo, dataset);
      for (const model of models) this.#inputs.addModel(runNo, model);
    });
  }

  /** Changes a tag by what it was; undefined: the run had none. */
  changeTag(runId: string, key: string, change: (before: string | undefined) => string): Promise<void> {
    return this.#write(runId, () => {
      const runNo = this.#activeRunNo(runId);
      const before = this.#runs.tag(runNo, key);
      this.#setTag(runNo, key, change(before));
    });
  }

  datasetsOf(experimentIds: readonly string[]): DatasetSummary[] {
    return this.#inputs.summaries(experimentIds);
  }

  /** Whether a script may still log: an epoch can take hours, and its next point must find an engine. */
  isBusy(): boolean {
    const now = this.#parts.clock.now();
    return (
      this.#parts.clock.monotonic() - this.#lastChangeAt < patienceMs &&
      this.#lists.isAnyRunning(now - 14 * 24 * 3_600_000)
    );
  }

  async #write(runId: string, work: () => void, gathered?: GatheredRows): Promise<void> {
    await this.#parts.store.writeLogged(work, gathered);
    this.#lastChangeAt = this.#parts.clock.monotonic();
    this.changes.touch(runId);
  }

  #logParam(runNo: number, runId: string, { key, value }: KeyValue): void {
    const before = this.#runs.param(runNo, key);
    if (before === undefined) return this.#runs.insertParam(runNo, key, value);
    if (before !== value) {
      throw new BenchmateError(
        'BAD_REQUEST',
        `Changing param values is not allowed. Param with key='${key}' was already logged with value='${before}' for run ID='${runId}'. Attempted logging new value '${value}'.`,
        'Start a new run, or log it as a tag.',
      );
    }
  }

  #setTag(runNo: number, key: string, value: string): void {
    // A run cannot lose its name.
    if (key === runNameTag && !value) return;
    this.#runs.setTag(runNo, key, value);
    if (key === runNameTag) this.#runs.update(runNo, { status: null, endTime: null, name: value });
  }

  #found(runId: string): { runNo: number; lifecycle: string } {
    const found = this.#runs.find(runId);
    if (!found) throw notFound(runId);
    return found;
  }

  #activeRunNo(runId: string): number {
    const { runNo, lifecycle } = this.#found(runId);
    if (this.#parts.received?.has(runId))
      throw new BenchmateError('FORBIDDEN', `The run ${runId} is a teammate’s: it changes on the device that made it.`);
    if (lifecycle === 'active') return runNo;
    throw new BenchmateError(
      'BAD_REQUEST',
      `The run ${runId} must be in the 'active' state. Current state is ${lifecycle}.`,
      'Restore it first.',
    );
  }
}

/** Where its author read it from is their machine's affair. */
const receivedDataset = ({ name, digest, context }: SharedRun['datasets'][number]): DatasetInput => ({
  name,
  digest,
  sourceType: 'shared',
  source: '',
  schema: null,
  profile: null,
  tags: context === null ? [] : [{ key: 'mlflow.data.context', value: context }],
});

const notFound = (runId: string) => new BenchmateError('NOT_FOUND', `Run with id=${runId} not found.`);
