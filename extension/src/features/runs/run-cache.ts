import * as vscode from 'vscode';
import type { Run } from '@benchmate/shared/domain/run';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';
import { RunPages, type Source } from './run-pages.ts';

export interface RunsChange {
  /** Runs whose row looks different now. */
  changed: Run[];
  /** Rows came, went or moved. */
  structure: boolean;
}

/** The runs that this window has asked for, kept up to date by the engine's announcements. */
export class RunCache {
  readonly #changed = new vscode.EventEmitter<RunsChange>();
  readonly onDidChange = this.#changed.event;
  readonly #runs = new Map<string, Run>();
  readonly #pages = new RunPages();
  readonly #part: Part;
  #client: EngineClient | undefined;
  #projectIds = '';
  loaded = false;

  constructor(part: Part) {
    this.#part = part;
    part.context.subscriptions.push(
      this.#changed,
      part.projects.onDidChange(() => this.#projectsChanged()),
    );
    part.engine.whileConnected(({ client }, until) => {
      this.#client = client;
      until.add(listen(client.runs.changes, {}, { next: runs => this.#take(runs), connected: () => void this.load() }));
      until.add({ dispose: () => this.#forget() });
    });
  }

  all(): Run[] {
    return [...this.#runs.values()];
  }

  get(runId: string): Run | undefined {
    return this.#runs.get(runId);
  }

  /** Whether older runs of a list are left that `loadMore` would bring. */
  more(source: Source): boolean {
    return this.#pages.more(source);
  }

  /** How many there are of a list, read or not. */
  total(source: Source): number {
    return this.#pages.total(source);
  }

  /** The newest runs of this window's projects, their baselines, and the newest of all. */
  async load(): Promise<void> {
    const sources: Source[] = [{}, ...this.#part.projects.all.map(({ projectId }) => ({ projectId }))];
    if (await this.#read([...sources.map(source => this.#first(source)), this.#baselines()])) this.#setLoaded(true);
    this.#changed.fire({ changed: [], structure: true });
  }

  /** The newest runs of one more list. */
  async open(source: Source): Promise<void> {
    if (await this.#read([this.#first(source)])) this.#changed.fire({ changed: [], structure: true });
  }

  /** Reads on until a run came that `wanted` is looking for, or all were read. */
  async loadMore(source: Source, wanted: (run: Run) => boolean = () => true): Promise<void> {
    const client = this.#client;
    if (!client) return;
    for (let found = false; !found && this.more(source);) {
      const runs = await this.#pages.next(client, source);
      if (client !== this.#client) return;
      for (const run of runs) this.#runs.set(run.runId, run);
      found = runs.some(wanted);
    }
    this.#changed.fire({ changed: [], structure: true });
  }

  async #first(source: Source): Promise<Run[]> {
    return this.#client ? this.#pages.first(this.#client, source) : [];
  }

  async #read(reading: Promise<Run[]>[]): Promise<boolean> {
    const client = this.#client;
    try {
      const found = (await Promise.all(reading)).flat();
      if (!client || client !== this.#client) return false;
      for (const run of found) this.#runs.set(run.runId, run);
      return true;
    } catch (error) {
      this.#part.report.quietly('Runs could not be read', error);
      return false;
    }
  }

  async #baselines(): Promise<Run[]> {
    const wanted = this.#part.projects.all.flatMap(({ baselineRunId }) =>
      baselineRunId && !this.#runs.has(baselineRunId) ? [baselineRunId] : [],
    );
    // A baseline that a teammate pinned may be a run that has not arrived here.
    const found = wanted.map(async runId => this.#client?.runs.get.query({ runId }).catch(() => undefined));
    return (await Promise.all(found)).filter(run => run !== undefined);
  }

  #take(runs: Run[]): void {
    let structure = false;
    for (const run of runs) {
      const known = this.#runs.get(run.runId);
      if (known?.status !== run.status || known.projectId !== run.projectId) structure = true;
      if (run.deleted) {
        structure = true;
        this.#runs.delete(run.runId);
      } else this.#runs.set(run.runId, run);
    }
    this.#changed.fire({ changed: runs, structure });
  }

  #projectsChanged(): void {
    const ids = this.#part.projects.all
      .map(({ projectId, baselineRunId }) => `${projectId}:${baselineRunId ?? ''}`)
      .join();
    if (ids === this.#projectIds) return;
    this.#projectIds = ids;
    this.#changed.fire({ changed: [], structure: true });
    void this.load();
  }

  /** Before that, an empty view is not said to be empty. */
  #setLoaded(loaded: boolean): void {
    this.loaded = loaded;
    void vscode.commands.executeCommand('setContext', 'benchmate.runsLoaded', loaded);
  }

  #forget(): void {
    this.#client = undefined;
    this.#pages.clear();
    this.#setLoaded(false);
    this.#runs.clear();
    this.#changed.fire({ changed: [], structure: true });
  }
}
