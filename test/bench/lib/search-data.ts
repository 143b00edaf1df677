import type { Arm } from './arms.ts';

/** One run of the data that searches are measured on. */
export interface SearchRun {
  name: string;
  startTime: number;
  params: { key: string; value: string }[];
  metrics: { key: string; value: number; timestamp: number; step: number }[];
}

const keys = Array.from({ length: 20 }, (_, index) => index);
const began = 1_700_000_000_000;

/** The same runs each time: 20 params with 100 values each, 20 metrics between 0 and 1. */
export function searchRuns(count: number): SearchRun[] {
  let state = 88_172_645;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return Array.from({ length: count }, (_, run) => ({
    name: `run-${run}`,
    startTime: began + run * 1000,
    params: keys.map(key => ({ key: `p${key}`, value: `value-${Math.floor(random() * 100)}` })),
    metrics: keys.map(key => ({ key: `m${key}`, value: random(), timestamp: began + run * 1000 + 500, step: 1 })),
  }));
}

/** Logs the runs through MLflow's REST API as a client would: create, log-batch, end. */
export async function logRuns(arm: Arm, runs: readonly SearchRun[]): Promise<void> {
  const waiting = runs.values();
  const worker = async () => {
    for (const { name, startTime, params, metrics } of waiting) {
      const created = await call(arm, 'runs/create', { experiment_id: '0', run_name: name, start_time: startTime });
      const { run_id } = (created as { run: { info: { run_id: string } } }).run.info;
      await call(arm, 'runs/log-batch', { run_id, params, metrics });
      await call(arm, 'runs/update', { run_id, status: 'FINISHED', end_time: startTime + 900 });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

/** One call of MLflow's REST API; answers what came, as text. */
export async function callText(arm: Arm, path: string, body: object): Promise<string> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (arm.token) headers['authorization'] = `Bearer ${arm.token}`;
  const response = await fetch(`${arm.url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${arm.name}: ${path}: ${response.status} ${text.slice(0, 300)}`);
  return text;
}

const call = async (arm: Arm, path: string, body: object): Promise<unknown> =>
  JSON.parse(await callText(arm, path, body));
