/** What a load process is told to do. */
export interface Load {
  url: string;
  /** Empty: none is sent. */
  token: string;
  runId: string;
  /** One point a request, or 1,000 points: of one metric at 1,000 steps, or of 1,000 metrics at one step. */
  kind: 'log-metric' | 'one-key' | 'many-keys';
  connections: number;
  seconds: number;
  /** How many bodies are made ready before the clock starts; the round ends early when they are used up. */
  batches: number;
}

export interface Loaded {
  answered: number;
  seconds: number;
  p50Us: number;
  p95Us: number;
  p99Us: number;
  maxUs: number;
}

export const pointsPerBatch = 1000;
const startMs = 1_760_000_000_000;

export function logMetricBody(runId: string, step: number): string {
  return `{"run_uuid": "${runId}", "run_id": "${runId}", "key": "loss", "value": ${1 / (step + 1)}, "timestamp": ${startMs + step}, "step": ${step}}`;
}

/** As the stock client writes it; every batch holds new points. */
export function logBatchBody({ runId, kind }: Load, batch: number): string {
  const metrics = Array.from({ length: pointsPerBatch }, (_, index) => {
    const step = kind === 'one-key' ? batch * pointsPerBatch + index : batch;
    const key = kind === 'one-key' ? 'loss' : `layer.${index}.gradient_norm`;
    return `{"key": "${key}", "value": ${Math.sin(step + index)}, "timestamp": ${startMs + step}, "step": ${step}}`;
  });
  return `{"run_id": "${runId}", "metrics": [${metrics.join(', ')}], "params": [], "tags": []}`;
}
