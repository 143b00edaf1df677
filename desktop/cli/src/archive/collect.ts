import { open } from 'node:fs/promises';
import type { Note } from '@benchmate/shared/domain/note';
import type { Thread } from '@benchmate/shared/domain/review';
import type { Project } from '@benchmate/shared/domain/project';
import type { ArchivedModel, LineageEdge } from '@benchmate/shared/formats/archive';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Context } from '../context.ts';

/** What is needed of a run to read its curves. */
export interface RunKeys {
  runId: string;
  keys: string[];
}

const runsPerPage = 100;

/** Writes each run, newest first, as a line into a file. */
export async function spoolRuns(
  { signal }: Context,
  engine: EngineClient,
  { file, projectId, told }: { file: string; projectId: string | null; told: (done: number, total: number) => void },
): Promise<RunKeys[]> {
  const handle = await open(file, 'wx', 0o600);
  const runs: RunKeys[] = [];
  try {
    let cursor: string | null = null;
    do {
      const asked = {
        limit: runsPerPage,
        ...(projectId === null ? {} : { projectId }),
        ...(cursor === null ? {} : { cursor }),
      };
      const page: Awaited<ReturnType<EngineClient['runs']['list']['query']>> = await engine.runs.list.query(asked);
      const lines: string[] = [];
      for (const listed of page.runs) {
        throwIfInterrupted(signal);
        const run = listed.metricsLeftOut ? await engine.runs.get.query({ runId: listed.runId }) : listed;
        runs.push({ runId: run.runId, keys: Object.keys(run.metrics) });
        told(runs.length, page.total);
        lines.push(`${JSON.stringify(run)}\n`);
      }
      await handle.write(lines.join(''));
      ({ cursor } = page);
    } while (cursor !== null);
  } finally {
    await handle.close();
  }
  return runs;
}

export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new BenchmateError('CANCELLED', 'The archive was not finished: nothing was written.');
}

/** Every model with what was decided about it. */
export async function archivedModels({ registry }: EngineClient): Promise<ArchivedModel[]> {
  const models: ArchivedModel[] = [];
  for (const model of await registry.list.query())
    models.push({ ...model, history: await registry.history.query({ model: model.name }) });
  return models;
}

export function lineageOf(models: readonly ArchivedModel[], runs: readonly RunKeys[]): LineageEdge[] {
  const here = new Set(runs.map(({ runId }) => runId));
  return models.flatMap(({ name, versions, aliases }) =>
    versions.map(({ version, versionId, runId, source }) => ({
      model: name,
      version,
      versionId,
      runId,
      runIsHere: runId !== null && here.has(runId),
      source,
      aliases: aliases.filter(({ holder }) => holder === versionId).map(({ alias }) => alias),
    })),
  );
}

/** Notes and threads of the projects, in the order of these. */
export async function writings(
  { notes, reviews }: EngineClient,
  projects: readonly Project[],
): Promise<{ notes: Note[]; threads: Thread[] }> {
  const found = { notes: [] as Note[], threads: [] as Thread[] };
  for (const { projectId } of projects) {
    found.notes.push(...(await notes.list.query({ projectId })));
    found.threads.push(...(await reviews.threads.query({ projectId })));
  }
  return found;
}
