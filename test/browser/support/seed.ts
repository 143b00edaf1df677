import { seeded } from '../../support/dice.ts';
import type { Bench } from './bench.ts';

export interface SeededRun {
  name: string;
  params?: Record<string, string>;
  /** Curves: values by step. */
  metrics?: Record<string, readonly number[]>;
  tags?: Record<string, string>;
  status?: 'RUNNING' | 'FINISHED' | 'FAILED';
  startTime?: number;
}

/** Logs one run over MLflow's REST API and returns its id. */
export async function logRun(bench: Bench, experimentId: string, run: SeededRun): Promise<string> {
  const start = run.startTime ?? Date.now() - 600_000;
  const created = (await bench.mlflow('runs/create', {
    experiment_id: experimentId,
    run_name: run.name,
    start_time: start,
    tags: Object.entries(run.tags ?? {}).map(([key, value]) => ({ key, value })),
  })) as { run: { info: { run_id: string } } };
  const runId = created.run.info.run_id;
  const metrics = Object.entries(run.metrics ?? {}).flatMap(([key, values]) =>
    values.map((value, step) => ({ key, value, step, timestamp: start + step * 1000 })),
  );
  const params = Object.entries(run.params ?? {}).map(([key, value]) => ({ key, value }));
  for (let at = 0; at === 0 || at < metrics.length; at += 900)
    await bench.mlflow('runs/log-batch', {
      run_id: runId,
      metrics: metrics.slice(at, at + 900),
      params: at === 0 ? params : [],
      tags: [],
    });
  const status = run.status ?? 'FINISHED';
  if (status !== 'RUNNING') await bench.mlflow('runs/update', { run_id: runId, status, end_time: start + 244_000 });
  return runId;
}

export async function experiment(bench: Bench, name: string): Promise<string> {
  const created = (await bench.mlflow('experiments/create', { name })) as { experiment_id: string };
  return created.experiment_id;
}

/** Falling losses and rising scores, the same for the same seed. */
export function curves(seed: number, steps = 60): Record<string, number[]> {
  const roll = seeded(seed);
  const floor = 0.25 + roll() * 0.1;
  const along = (start: number, end: number, noise: number) =>
    Array.from(
      { length: steps },
      (_, step) => end + (start - end) * Math.exp((-4 * step) / steps) + (roll() - 0.5) * noise,
    );
  return {
    'val/loss': along(1.1, floor, 0.03),
    'train/loss': along(1.2, floor - 0.05, 0.01),
    'val/auc': along(0.6, 0.88 + roll() * 0.05, 0.01),
  };
}

const adjectives = ['tidy', 'brave', 'calm', 'keen', 'quick', 'sunny', 'mild', 'plain', 'wise', 'fair'];
const animals = ['otter', 'heron', 'lynx', 'finch', 'bison', 'newt', 'robin', 'seal', 'crane', 'vole'];

export function runName(index: number): string {
  return `${adjectives[index % 10]}-${animals[Math.floor(index / 10) % 10]}-${index}`;
}

/** Many small runs; eight requests at a time. */
export async function logManyRuns(bench: Bench, experimentId: string, count: number): Promise<void> {
  const now = Date.now();
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) {
      const roll = seeded(index);
      await logRun(bench, experimentId, {
        name: runName(index),
        params: {
          lr: (10 ** (-4 + 3 * roll())).toPrecision(2),
          depth: String(2 + Math.floor(roll() * 6)),
          seed: String(index % 5),
        },
        metrics: { 'val/loss': [0.3 + roll()], 'val/auc': [0.7 + 0.25 * roll()] },
        startTime: now - (count - index) * 60_000,
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
