import { formatMetricColumn } from '@benchmate/shared/diff/number-format';
import { bestSentence } from '@benchmate/shared/diff/run-comparison-text';
import type { RunComparison } from '@benchmate/shared/diff/run-comparison';
import { Chip } from './chip.tsx';
import { DiffCell } from './diff-cell.tsx';
import { Icon } from './icon.tsx';
import { RunState } from './run-state.tsx';

/** Runs side by side, only what differs: params, then metrics with their difference to the first column. */
export function ComparisonTable({
  comparison,
  hrefOf,
  showEqual = false,
}: {
  comparison: RunComparison;
  hrefOf: (runId: string) => string;
  showEqual?: boolean;
}) {
  const { runs, params } = comparison;
  const metrics = comparison.metrics.filter(
    ({ values }) => showEqual || new Set(values.map(({ value }) => String(value))).size > 1,
  );
  const equal = comparison.metrics.length - metrics.length;
  return (
    <>
      <p className="bm-notice">
        <Icon name="beaker" />
        <span>{bestSentence(comparison)}</span>
      </p>
      <div className="bm-scroll" tabIndex={0} role="region" aria-label="Differences between the runs">
        <table className="bm-table bm-compare">
          <thead>
            <tr>
              <th scope="col">
                <span className="bm-unseen">Param or metric</span>
              </th>
              {runs.map(run => (
                <th scope="col" key={run.runId}>
                  <span className="bm-compare-run">
                    <RunState state={run.status} iconOnly />
                    <a className="bm-cut" href={hrefOf(run.runId)} title={run.name}>
                      {run.name}
                    </a>
                  </span>
                  {run.isBaseline && <Chip>baseline</Chip>}
                  {run.runId === comparison.best && (
                    <Chip tone="good" icon="star-full">
                      best
                    </Chip>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr className="bm-compare-group">
              <th scope="colgroup" colSpan={runs.length + 1}>
                {params.length === 0 ? 'No param differs' : 'Params that differ'}
              </th>
            </tr>
            {params.map(({ key, values }) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                {values.map((value, index) => (
                  <td key={runs[index]!.runId} className={index > 0 && value !== values[0] ? 'changed' : ''}>
                    {value ?? <span className="bm-muted">not logged</span>}
                  </td>
                ))}
              </tr>
            ))}
            <tr className="bm-compare-group">
              <th scope="colgroup" colSpan={runs.length + 1}>
                {metrics.length === 0 ? 'No metric differs' : 'Metrics that differ'}
                {equal > 0 && <span className="bm-muted"> · {equal} equal</span>}
              </th>
            </tr>
            {metrics.map(({ key, direction, values }) => {
              const texts = formatMetricColumn(values.map(({ value }) => value));
              return (
                <tr key={key}>
                  <th scope="row">
                    {key}
                    {direction !== 'unknown' && <span className="bm-muted"> · {direction} is better</span>}
                  </th>
                  {values.map(({ value, difference, verdict }, index) => (
                    <td key={runs[index]!.runId}>
                      {value === null ? <span className="bm-muted">not logged</span> : texts[index]}{' '}
                      {!runs[index]!.isBaseline && value !== null && (
                        <DiffCell difference={difference} reference={value} verdict={verdict} />
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
