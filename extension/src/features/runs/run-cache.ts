import * as vscode from 'vscode';
import type { Run } from '@benchmate/shared/domain/run';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';

export interface RunsChange {
  /** Runs whose row looks different now. */
  changed: Run[];
  /** Rows came, went or moved. */
  structure: boolean;
}

const pageSize = 200;

/** The runs that this window has asked for, kept up to date by the engine's announcements. */
export class RunCache {
  readonly #changed = new vscode.EventEmitter<RunsChange>();
  readonly onDidChange = this.#changed.event;
  readonly #runs = new Map<string, Run>();
  readonly #overtaking = new Overtaking();
  readonly #part: Part;
  #client: EngineClient | undefined;
  #cursor: string | null = null;
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

  /** Whether older runs are left that `loadMore` would bring. */
  get more(): boolean {
    return this.#cursor !== null;
  }

  /** The newest runs of this window's projects, their baselines, and the newest of all. */
  async load(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    const isOvertaken = this.#overtaking.begin();
    try {
      const ofProjects = this.#part.projects.all.map(
        async ({ projectId }) => (await client.runs.list.query({ projectId, limit: pageSize })).runs,
      );
      const newest = client.runs.list.query({ limit: pageSize });
      const found = (
        await Promise.all([...ofProjects, newest.then(({ runs }) => runs), this.#baselines(client)])
      ).flat();
      if (client !== this.#client) return;
      this.#cursor = (await newest).cursor;
      for (const run of found) if (!isOvertaken(run.runId)) this.#runs.set(run.runId, run);
      this.loaded = true;
      this.#changed.fire({ changed: [], structure: true });
    } catch (error) {
      this.#part.report.quietly('Runs could not be read', error);
    }
  }

  async loadMore(): Promise<void> {
    if (!this.#client || this.#cursor === null) return;
    const isOvertaken = this.#overtaking.begin();
    const { runs, cursor } = await this.#client.runs.list.query({ limit: pageSize, cursor: this.#cursor });
    this.#cursor = cursor;
    for (const run of runs) if (!isOvertaken(run.runId)) this.#runs.set(run.runId, run);
    this.#changed.fire({ changed: [], structure: true });
  }

  async #baselines(client: EngineClient): Promise<Run[]> {
    const wanted = this.#part.projects.all.flatMap(({ baselineRunId }) =>
      baselineRunId && !this.#runs.has(baselineRunId) ? [baselineRunId] : [],
    );
    // A baseline that a teammate pinned may be a run that has not arrived here.
    const found = await Promise.all(wanted.map(runId => client.runs.get.query({ runId }).catch(() => undefined)));
    return found.filter(run => run !== undefined);
  }

  #take(runs: Run[]): void {
    let structure = false;
    for (const run of runs) {
      this.#overtaking.heard(run.runId);
      const known = this.#runs.get(run.runId);
      if (known?.status !== run.status || known.projectId !== run.projectId) structure = true;
      this.#runs.set(run.runId, run);
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

  #forget(): void {
    this.#client = undefined;
    this.#cursor = null;
    this.loaded = false;
    this.#runs.clear();
    this.#changed.fire({ changed: [], structure: true });
  }
}
