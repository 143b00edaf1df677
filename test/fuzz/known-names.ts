import type { MlflowEngine } from '../support/mlflow-engine.ts';

/** Fills an engine with a few things of each kind; their names by the field that names them. */
export async function knownNames(engine: MlflowEngine): Promise<Record<string, string[]>> {
  const post = async <T>(path: string, body: object): Promise<T> => {
    const answer = await engine.request(`/api/2.0/mlflow/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const runs: string[] = [];
  const modelIds: string[] = [];
  const sources: string[] = [];
  const { experiment_id } = await post<{ experiment_id: string }>('experiments/create', { name: 'fuzzed' });
  for (let index = 0; index < 3; index++) {
    const { run } = await post<{ run: { info: { run_id: string; artifact_uri: string } } }>('runs/create', {
      experiment_id,
    });
    const { run_id, artifact_uri } = run.info;
    runs.push(run_id);
    sources.push(`runs:/${run_id}/model`, `${artifact_uri}/model`);
    await post('runs/log-batch', {
      run_id,
      metrics: [{ key: 'loss', value: 0.5, timestamp: 1, step: 1 }],
      params: [{ key: 'depth', value: '3' }],
      tags: [{ key: 'team', value: 'red' }],
    });
    await engine.request(`/api/2.0/mlflow-artifacts/artifacts/${experiment_id}/${run_id}/artifacts/model/weights`, {
      method: 'PUT',
      body: 'weights',
    });
    const { model } = await post<{ model: { info: { model_id: string } } }>('logged-models', {
      experiment_id,
      source_run_id: run_id,
    });
    modelIds.push(model.info.model_id);
    const name = `model-${index}`;
    await post('registered-models/create', { name });
    const source = `${artifact_uri}/model`;
    for (let version = 0; version < 3; version++) await post('model-versions/create', { name, source, run_id });
    await post('registered-models/alias', { name, alias: 'champion', version: '1' });
  }
  return {
    run_id: runs,
    run_uuid: runs,
    run_ids: runs,
    experiment_id: [experiment_id, '0'],
    experiment_ids: [experiment_id, '0'],
    experiment_name: ['fuzzed'],
    model_id: modelIds,
    modelId: modelIds,
    name: ['model-0', 'model-1', 'model-2'],
    version: ['1', '2', '3'],
    alias: ['champion', 'challenger'],
    source: [...sources, 'models:/model-0/1', 'models:/model-1@champion'],
    key: ['loss', 'depth', 'team'],
    metric_key: ['loss'],
    path: ['model', 'model/weights', `${experiment_id}/${runs[0]}/artifacts/model/weights`],
    artifact_file_path: ['weights'],
    filter: ["name LIKE '%o%'", "tags.team = 'red'", "name = 'model-1'"],
    order_by: ['name ASC', 'name DESC'],
  };
}
