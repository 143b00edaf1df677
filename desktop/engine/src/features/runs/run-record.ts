import type { RunStatus } from '@benchmate/shared/domain/run';
import type { LoggedPoint } from '../metrics/point.ts';

/** A run's own row. Times are milliseconds since 1970 UTC. */
export interface RunInfo {
  runId: string;
  /** A whole number in decimal digits. */
  experimentId: string;
  name: string;
  userId: string;
  status: RunStatus;
  startTime: number;
  endTime: number | null;
  lifecycle: 'active' | 'deleted';
  artifactUri: string;
  projectId: string | null;
  jobId: string | null;
}

/** A run with all that was logged, except the history of its metrics. */
export interface RunRecord extends RunInfo {
  experimentName: string;
  params: KeyValue[];
  tags: KeyValue[];
  metrics: LoggedPoint[];
  /** How many more metrics it has than `metrics` shows. */
  metricsLeftOut: number;
  datasets: DatasetInput[];
  models: ModelLink[];
}

export interface KeyValue {
  key: string;
  value: string;
}

export interface DatasetInput {
  name: string;
  digest: string;
  sourceType: string;
  source: string;
  schema: string | null;
  profile: string | null;
  tags: readonly KeyValue[];
}

/** A dataset in a context such as `train`; null where none was named. */
export interface DatasetSummary {
  experimentId: string;
  name: string;
  digest: string;
  context: string | null;
}

/** A logged model that a run read or made. */
export interface ModelLink {
  direction: 'input' | 'output';
  modelId: string;
  step: number;
}

/** The tag that carries the run's name. */
export const runNameTag = 'mlflow.runName';
