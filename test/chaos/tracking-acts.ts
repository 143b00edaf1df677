import { randomBytes } from 'node:crypto';
import { sha256, type Act, type Ledger, type Scene } from './writer.ts';

const api = '/api/2.0/mlflow';

export function logMetric({ engine, ledger, dice, next }: Scene): Act {
  const key = `m${Math.floor(dice() * 4)}`;
  const step = next();
  const value = dice();
  return {
    name: 'metric',
    send: () =>
      engine.post(`${api}/runs/log-metric`, { run_id: ledger.runId, key, value, step, timestamp: Date.now() }),
    book: ledger => void points(ledger, key).set(step, value),
  };
}

/** All of a batch or nothing of it: params, tags and a metric with many steps. */
export function logBatch({ engine, ledger, dice, next }: Scene): Act {
  const first = next() * 1000;
  const metrics = Array.from({ length: 1 + Math.floor(dice() * 60) }, (_, i) => ({
    key: 'batch',
    value: dice(),
    step: first + i,
    timestamp: Date.now(),
  }));
  const params = [{ key: `p${first}`, value: String(first) }];
  const tags = [{ key: `batch ${first}`, value: String(metrics.length) }];
  return {
    name: 'batch',
    send: () => engine.post(`${api}/runs/log-batch`, { run_id: ledger.runId, metrics, params, tags }),
    book: ledger => {
      for (const { step, value } of metrics) points(ledger, 'batch').set(step, value);
      for (const { key, value } of params) ledger.params.set(key, value);
      for (const { key, value } of tags) ledger.tags.set(key, value);
    },
  };
}

export function logParam({ engine, ledger, next }: Scene): Act {
  const key = `param ${next()}`;
  const value = `value of ${key}`;
  return {
    name: 'param',
    send: () => engine.post(`${api}/runs/log-parameter`, { run_id: ledger.runId, key, value }),
    book: ledger => void ledger.params.set(key, value),
  };
}

export function setTag({ engine, ledger, next }: Scene): Act {
  const value = String(next());
  return {
    name: 'tag',
    send: () => engine.post(`${api}/runs/set-tag`, { run_id: ledger.runId, key: 'changing', value }),
    book: ledger => void ledger.tags.set('changing', value),
  };
}

export function setStatus({ engine, ledger, dice }: Scene): Act {
  const status = dice() < 0.5 ? 'FINISHED' : 'RUNNING';
  return {
    name: 'status',
    send: () => engine.post(`${api}/runs/update`, { run_id: ledger.runId, status, end_time: Date.now() }),
    book: ledger => void (ledger.status = status),
  };
}

/** New files, and files that replace one of a few. */
export function logArtifact({ engine, ledger, experimentId, dice, next }: Scene): Act {
  const name = dice() < 0.3 ? `changing-${Math.floor(dice() * 3)}.bin` : `folder/${next()}.bin`;
  const content = randomBytes(Math.floor(10 ** (2 + dice() * 3.6)));
  const path = `/api/2.0/mlflow-artifacts/artifacts/${experimentId}/${ledger.runId}/artifacts/${name}`;
  return {
    name: 'artifact',
    send: async () => {
      const response = await engine.request(path, {
        method: 'PUT',
        body: content,
        headers: { 'content-type': 'application/octet-stream' },
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    },
    book: ledger => {
      ledger.touched.add(path);
      ledger.artifacts.set(path, sha256(content));
    },
  };
}

function points(ledger: Ledger, key: string): Map<number, number> {
  ledger.touched.add(key);
  const found = ledger.series.get(key) ?? new Map<number, number>();
  ledger.series.set(key, found);
  return found;
}
