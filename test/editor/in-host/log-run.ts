import type { Endpoint } from '@benchmate/shared/protocol/endpoint';

interface Logged {
  name: string;
  params: Record<string, string>;
  metrics: Record<string, number>;
}

/** Logs a finished run by MLflow's REST API, as any client would; answers its id. */
export async function logRun({ url, token }: Endpoint, { name, params, metrics }: Logged): Promise<string> {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const now = Date.now();
  const { experiment_id } = await experimentOf({ url, token }, 'churn', post);
  const { run } = (await post('runs/create', { experiment_id, run_name: name, start_time: now })) as {
    run: { info: { run_id: string } };
  };
  const run_id = run.info.run_id;
  await post('runs/log-batch', {
    run_id,
    params: Object.entries(params).map(([key, value]) => ({ key, value })),
    metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, step: 1, timestamp: now })),
  });
  await post('runs/update', { run_id, status: 'FINISHED', end_time: now + 1000 });
  return run_id;
}

async function experimentOf(
  { url, token }: Pick<Endpoint, 'url' | 'token'>,
  name: string,
  post: (path: string, body: unknown) => Promise<unknown>,
): Promise<{ experiment_id: string }> {
  const response = await fetch(`${url}/api/2.0/mlflow/experiments/get-by-name?experiment_name=${name}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (response.ok) return ((await response.json()) as { experiment: { experiment_id: string } }).experiment;
  return (await post('experiments/create', { name })) as { experiment_id: string };
}
