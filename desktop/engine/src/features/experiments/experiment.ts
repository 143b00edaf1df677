/** A group of runs, as MLflow knows it. Times are milliseconds since 1970 UTC. */
export interface Experiment {
  /** A whole number in decimal digits. */
  experimentId: string;
  name: string;
  artifactLocation: string;
  lifecycle: 'active' | 'deleted';
  createdAt: number;
  updatedAt: number;
  tags: Record<string, string>;
}
