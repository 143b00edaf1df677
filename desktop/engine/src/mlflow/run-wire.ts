import type { Point } from '../features/metrics/point.ts';
import type { DatasetInput, RunInfo, RunRecord } from '../features/runs/run-record.ts';
import { metricNumber } from './metric-number.ts';

/** Message `RunInfo`. */
export function runInfoToWire(run: RunInfo) {
  return {
    run_id: run.runId,
    run_uuid: run.runId,
    run_name: run.name,
    experiment_id: run.experimentId,
    user_id: run.userId,
    status: run.status,
    start_time: run.startTime,
    ...(run.endTime === null ? {} : { end_time: run.endTime }),
    artifact_uri: run.artifactUri,
    lifecycle_stage: run.lifecycle,
  };
}

/** Message `Run`. */
export function runToWire(run: RunRecord) {
  return {
    info: runInfoToWire(run),
    data: { metrics: run.metrics.map(metric => metricToWire(metric.key, metric)), params: run.params, tags: run.tags },
    inputs: {
      dataset_inputs: run.datasets.map(datasetToWire),
      model_inputs: run.models
        .filter(({ direction }) => direction === 'input')
        .map(({ modelId }) => ({ model_id: modelId })),
    },
    outputs: {
      model_outputs: run.models
        .filter(({ direction }) => direction === 'output')
        .map(({ modelId, step }) => ({ model_id: modelId, step })),
    },
  };
}

/** Message `Metric`. */
export const metricToWire = (key: string, { value, timestamp, step }: Point) => ({
  key,
  value: metricNumber(value),
  timestamp,
  step,
});

const datasetToWire = ({ name, digest, sourceType, source, schema, profile, tags }: DatasetInput) => ({
  tags,
  dataset: {
    name,
    digest,
    source_type: sourceType,
    source,
    ...(schema === null ? {} : { schema }),
    ...(profile === null ? {} : { profile }),
  },
});
