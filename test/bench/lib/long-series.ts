import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runScript } from '../../support/mlflow-engine.ts';
import type { Arm } from './arms.ts';
import { newRun } from './rest.ts';
import { callText } from './search-data.ts';

export const points = 1_000_000;
export const keys = 10_000;
const began = 1_700_000_000_000;
const perBatch = 1000;

const isSpike = (step: number) => step > 0 && step % 99_991 === 0;
const value = (step: number) => (isSpike(step) ? 9 : Math.sin(step / 20_000) + (step % 97) / 200);

/** How many of the ten spikes, each one point wide, are among the points. */
export const spikesIn = (shown: readonly { step: number; value: unknown }[]): number =>
  new Set(shown.filter(point => isSpike(point.step) && point.value === 9).map(({ step }) => step)).size;

/** Logs so many runs with a series of a million points each, and one with ten thousand keys, through MLflow's REST API. */
export async function logLongSeries(arm: Arm, count: number): Promise<{ long: string[]; wide: string }> {
  const long = await Promise.all(Array.from({ length: count }, () => newRun(arm)));
  const batches = long.flatMap(run_id =>
    Array.from({ length: points / perBatch }, (_, batch) => ({ run_id, first: batch * perBatch })),
  );
  const waiting = batches.values();
  const worker = async () => {
    for (const { run_id, first } of waiting) {
      const metrics = Array.from({ length: perBatch }, (_, index) => {
        const step = first + index;
        return { key: 'loss', value: value(step), timestamp: began + step, step };
      });
      await callText(arm, 'runs/log-batch', { run_id, metrics });
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  const wide = await newRun(arm);
  for (let first = 0; first < keys; first += perBatch) {
    const metrics = Array.from({ length: perBatch }, (_, index) => {
      const key = first + index;
      return { key: `layer/${String(key).padStart(5, '0')}/norm`, value: key / 7, timestamp: began, step: 1 };
    });
    await callText(arm, 'runs/log-batch', { run_id: wide, metrics });
  }
  for (const run_id of [...long, wide])
    await callText(arm, 'runs/update', { run_id, status: 'FINISHED', end_time: began + points });
  return { long, wide };
}

/** A database of `mlflow server` with one such series and such a run; making it once takes a minute. */
export async function mlflowWithLongSeries(): Promise<{ database: string; long: string; wide: string }> {
  const cache = fileURLToPath(new URL('../../../.cache/bench/', import.meta.url));
  const database = join(cache, `t8-mlflow-${points}.db`);
  const named = { database, long: 'long'.padEnd(32, '0'), wide: 'wide'.padEnd(32, '0') };
  if (existsSync(database)) return named;
  mkdirSync(cache, { recursive: true });
  const making = `${database}.making`;
  rmSync(making, { force: true });
  const script = fileURLToPath(new URL('fill_mlflow_series.py', import.meta.url));
  await runScript([script, making, String(points), String(keys)], {});
  renameSync(making, database);
  return named;
}
