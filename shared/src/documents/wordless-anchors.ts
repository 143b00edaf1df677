import type { ColumnAnchor, MetricAnchor, ModelAnchor } from '../domain/thread-anchor.ts';

const nowhere = { prefix: '', suffix: '', line: 0 };

/** The quote says in words what is meant: a teammate has no copy of the run, and it may be deleted. */
export function metricAnchorOn(
  run: { runId: string; name: string },
  metric: string,
  steps: { from: number; to: number } | null,
): MetricAnchor {
  const range =
    steps === null ? '' : steps.from === steps.to ? `, step ${steps.from}` : `, steps ${steps.from} to ${steps.to}`;
  return {
    kind: 'metric',
    ...nowhere,
    quote: `${metric} of ${run.name}${range}`.slice(0, 2000),
    runId: run.runId,
    metric,
    steps,
  };
}

export function modelAnchorOn({
  model,
  versionId,
  version,
}: {
  model: string;
  versionId: string;
  version: number;
}): ModelAnchor {
  return { kind: 'model', ...nowhere, quote: `${model} v${version}`, model, versionId, version };
}

export const columnAnchorOn = (column: string): ColumnAnchor => ({ kind: 'column', ...nowhere, quote: column, column });
