import type { RunQuery } from '../features/runs/search-store.ts';
import type { RunsService } from '../features/runs/service.ts';
import type { MetricsService } from '../features/metrics/service.ts';
import { runToWire } from './run-wire.ts';
import type { HistoryQuery, MlflowReads, Pieces } from './reads.ts';

export interface LongAnswersParts {
  /** In this thread. */
  here: MlflowReads;
  /** In a thread of its own. */
  reader: {
    read: <N extends keyof MlflowReads>(
      name: N,
      query: Parameters<MlflowReads[N]>[0],
    ) => Promise<ReturnType<MlflowReads[N]>>;
  };
  runs: RunsService;
  metrics: MetricsService;
}

/** Answers that may be long, as the bytes to be sent: short ones are made at once, long ones in a reader thread. */
export class LongAnswers {
  readonly #parts: LongAnswersParts;

  constructor(parts: LongAnswersParts) {
    this.#parts = parts;
  }

  /** Of `runs/search`. */
  searchRuns(query: RunQuery): Promise<Pieces> {
    return this.#read('mlflow.searchRuns', query, this.#parts.runs.isSmall(query.experimentIds));
  }

  /** Of `runs/get`. Throws NOT_FOUND. */
  async run(runId: string): Promise<object | Uint8Array> {
    const { runs, reader } = this.#parts;
    return runs.isWide(runId) ? reader.read('mlflow.run', runId) : { run: runToWire(runs.get(runId)) };
  }

  /** Of `metrics/get-history`; without points for an unknown run. */
  history(runId: string, query: Omit<HistoryQuery, 'runNo'>): Promise<Pieces> {
    const { metrics } = this.#parts;
    const runNo = metrics.runNo(runId) ?? -1;
    return this.#read('mlflow.history', { ...query, runNo }, metrics.isShort(runNo, query.key));
  }

  async #read<N extends keyof MlflowReads>(
    name: N,
    query: Parameters<MlflowReads[N]>[0],
    short: boolean,
  ): Promise<ReturnType<MlflowReads[N]>> {
    const here = this.#parts.here[name] as (query: Parameters<MlflowReads[N]>[0]) => ReturnType<MlflowReads[N]>;
    return short ? here(query) : this.#parts.reader.read(name, query);
  }
}
