import type { Arm } from './arms.ts';

/** A new run, by MLflow's REST API; null servers answer with their canned one. */
export async function newRun(arm: Arm): Promise<string> {
  const answer = await ask(arm, 'runs/create', { experiment_id: '0', start_time: Date.now() });
  return (answer as { run: { info: { run_id: string } } }).run.info.run_id;
}

/** How many points of one metric the server gives back. */
export async function storedPoints(arm: Arm, runId: string, key: string): Promise<number> {
  let stored = 0;
  for (let token = ''; ;) {
    const query = new URLSearchParams({ run_id: runId, metric_key: key, max_results: '25000' });
    if (token) query.set('page_token', token);
    const page = (await ask(arm, `metrics/get-history?${query}`)) as { metrics?: unknown[]; next_page_token?: string };
    stored += page.metrics?.length ?? 0;
    token = page.next_page_token ?? '';
    if (!token) return stored;
  }
}

async function ask(arm: Arm, path: string, body?: unknown): Promise<unknown> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (arm.token) headers['authorization'] = `Bearer ${arm.token}`;
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${arm.url}/api/2.0/mlflow/${path}`, init);
  if (!response.ok) throw new Error(`${arm.name}: ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
