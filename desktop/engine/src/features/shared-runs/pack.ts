import { gunzipSync, gzipSync } from 'node:zlib';
import { toMetricValue } from '@benchmate/shared/domain/metric';
import { mostCurves, sharedRun, type SharedRun } from '@benchmate/shared/domain/shared-run';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Point } from '../metrics/point.ts';
import type { RunRecord } from '../runs/run-record.ts';

/** One update of a shared document holds a megabyte: less than that, so that its frame fits, too. */
const mostBytes = 900_000;
/** What a teammate's bytes may become. */
const mostUnpackedBytes = 32 * 1024 * 1024;
/** Points of all curves together, and of one. */
const [pointsOfAll, mostPoints, fewestPoints] = [40_000, 1000, 20] as const;

/** Tags of MLflow's that say something to others; the rest of them are about the machine that the run was made on. */
const told = new Set(['mlflow.note.content', 'mlflow.parentRunId', 'mlflow.runName', 'mlflow.source.type']);
const isTold = (tag: string): boolean =>
  told.has(tag) || tag.startsWith('mlflow.source.git.') || !tag.startsWith('mlflow.');

interface Packing {
  run: RunRecord & { projectId: string };
  since: number;
  at: number;
  /** Points of a metric by step, thinned to so many without losing an extreme. */
  history: (key: string, maxPoints: number) => Promise<{ points: readonly Point[]; total: number }>;
}

/** Throws TOO_LARGE for a run whose params and tags alone are more than one update holds. */
export async function packRun(packing: Packing): Promise<Uint8Array> {
  const { metrics } = packing.run;
  const fair = Math.floor(pointsOfAll / Math.max(1, Math.min(metrics.length, mostCurves)));
  for (let points = Math.min(mostPoints, Math.max(fewestPoints, fair)); ; points = Math.floor(points / 2)) {
    const bytes = gzipSync(JSON.stringify(await describe(packing, points)), { level: 9 });
    if (bytes.length <= mostBytes) return new Uint8Array(bytes);
    if (points < fewestPoints)
      throw new BenchmateError(
        'TOO_LARGE',
        `The run ${packing.run.name} says more than ${mostBytes / 1000} kB even without its curves.`,
        'Long params and tags are the reason: log them as files.',
      );
  }
}

async function describe({ run, since, at, history }: Packing, maxPoints: number): Promise<SharedRun> {
  const { runId, projectId, experimentName, name, status, startTime, endTime } = run;
  const curves: SharedRun['curves'] = [];
  for (const [index, latest] of run.metrics.entries()) {
    const whole = index < mostCurves ? await history(latest.key, maxPoints) : { points: [latest], total: 1 };
    const { points, total } = whole.points.length > 0 ? whole : { points: [latest], total: 1 };
    curves.push({
      key: latest.key,
      total,
      steps: differences(points.map(({ step }) => step)),
      times: differences(points.map(({ timestamp }) => timestamp)),
      values: points.map(({ value }) => toMetricValue(value)),
    });
  }
  const pairs = (all: readonly { key: string; value: string }[]) =>
    Object.fromEntries(all.map(({ key, value }) => [key, value]));
  return {
    v: 1,
    runId,
    projectId,
    experimentName,
    name,
    status,
    startTime,
    endTime,
    since,
    at,
    params: pairs(run.params),
    tags: pairs(run.tags.filter(({ key }) => isTold(key))),
    datasets: run.datasets.slice(0, 100).map(({ name: dataset, digest, tags }) => ({
      name: dataset,
      digest,
      context: tags.find(({ key }) => key === 'mlflow.data.context')?.value ?? null,
    })),
    curves,
  };
}

/** Null for what is no run of this version; says nothing of who wrote it. */
export function unpackRun(bytes: Uint8Array): SharedRun | null {
  try {
    const json = gunzipSync(bytes, { maxOutputLength: mostUnpackedBytes }).toString('utf8');
    return sharedRun.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

const differences = (numbers: readonly number[]): number[] =>
  numbers.map((number, index) => number - (numbers[index - 1] ?? 0));
