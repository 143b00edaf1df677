import type { RunQuery } from '../features/runs/search-store.ts';
import type { RunsService } from '../features/runs/service.ts';
import type { MetricsService } from '../features/metrics/service.ts';
import type { Sqlite } from '../storage/database.ts';
import type { Reader } from '../storage/reader.ts';
import { runToWire } from './run-wire.ts';
import { mlflowReads, type HistoryQuery, type MlflowReads } from './reads.ts';

export interface LongAnswersParts {
  db: Sqlite;
  reader: Reader<MlflowReads>;
  runs: RunsService;
  metrics: MetricsService;
}

/** Answers that may be long, as the bytes to be sent: short ones are made at once, long ones in a reader thread. */
export class LongAnswers {
  readonly #parts: LongAnswersParts;
  readonly #here: MlflowReads;

  constructor(parts: LongAnswersParts) {
    this.#parts = parts;
    this.#here = mlflowReads(parts.db);
  }

  /** Of `runs/search`. */
  searchRuns(query: RunQuery): Promise<Uint8Array> {
    return this.#read('mlflow.searchRuns', query, this.#parts.runs.isSmall(query.experimentIds));
  }

  /** Of `runs/get`. Throws NOT_FOUND. */
  async run(runId: string): Promise<object | Uint8Array> {
    const { runs, reader } = this.#parts;
    return runs.isWide(runId) ? reader.read('mlflow.run', runId) : { run: runToWire(runs.get(runId)) };
  }

  /** Of `metrics/get-history`; without points for an unknown run. */
  history(runId: string, query: Omit<HistoryQuery, 'runNo'>): Promise<Uint8Array> {
    const { metrics } = this.#parts;
    const runNo = metrics.runNo(runId) ?? -1;
    return this.#read('mlflow.history', { ...query, runNo }, metrics.isShort(runNo, query.key));
  }

  async #read<N extends keyof MlflowReads>(name: N, query: Parameters<MlflowReads[N]>[0], short: boolean) {
    return short ? this.#here[name](query as never) : this.#parts.reader.read(name, query);
  }
}
