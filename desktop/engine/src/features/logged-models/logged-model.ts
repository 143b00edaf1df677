import type { Point } from '../metrics/point.ts';

/** A model that a run made, as MLflow 3 knows it. Times are milliseconds since 1970 UTC. */
export interface LoggedModel {
  /** `m-` and 32 hexadecimal digits. */
  modelId: string;
  experimentId: string;
  name: string;
  modelType: string;
  sourceRunId: string | null;
  status: LoggedModelStatus;
  lifecycle: 'active' | 'deleted';
  artifactUri: string;
  createdAt: number;
  updatedAt: number;
  params: { key: string; value: string }[];
  tags: { key: string; value: string }[];
  metrics: ModelMetric[];
}

export type LoggedModelStatus = 'PENDING' | 'READY' | 'FAILED';

/** A metric of a model, measured by a run, on a dataset where one was named. */
export interface ModelMetric extends Point {
  key: string;
  runId: string;
  datasetName: string | null;
  datasetDigest: string | null;
}
