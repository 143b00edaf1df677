import type { MetricChange } from '@benchmate/shared/diff/metrics-diff';
import {
  describeVerdict,
  formatDifference,
  formatMetricColumn,
  verdictMark,
} from '@benchmate/shared/diff/number-format';
import type { ParamChange } from '@benchmate/shared/diff/params-diff';
import { formatDuration } from '@benchmate/shared/diff/quantity-format';
import type { Run } from '@benchmate/shared/domain/run';
import { MaybeSet, SideTable } from '../../host/side-table.tsx';
import { runIcons } from '../runs/run-rows.ts';

export interface Comparison {
  run: Run;
  baseline: Run;
  metrics: MetricChange[];
  params: ParamChange[];
  /** What the sides are called; without: the baseline and this run. */
  names?: [string, string];
}

/** What differs between a run and the baseline, first of all; what is equal is folded away. */
export function CompareView({ run, baseline, metrics, params, names }: Comparison) {
  const [before, now] = names ?? ['Baseline', 'This run'];
  const changed = metrics.filter(({ verdict }) => verdict !== 'equal');
  const equal = metrics.filter(({ verdict }) => verdict === 'equal').map(({ key }) => key);
  return (
    <>
      <h1>{run.name}</h1>
      <p className="about">{`${about(run)}; compared with ${names ? before : 'the baseline'} ${baseline.name}, ${about(baseline)}`}</p>
      <h2>Metrics</h2>
      {changed.length === 0 ? <p>No metric differs.</p> : <Metrics metrics={changed} before={before} now={now} />}
      {equal.length > 0 && (
        <details>
          <summary>{`${equal.length} unchanged`}</summary>
          <p>{equal.join(', ')}</p>
        </details>
      )}
      <h2>Params</h2>
      {params.length === 0 ? <p>No param differs.</p> : <Params params={params} before={before} now={now} />}
    </>
  );
}

/** Old, new and difference of each metric, the verdict by mark, colour and word. */
const Metrics = ({ metrics, before, now }: { metrics: MetricChange[]; before: string; now: string }) => (
  <SideTable label="Metrics" head={['Metric', before, now, 'Difference']} numbers>
    {metrics.map(({ key, old, new: value, difference, verdict }) => {
      const [oldText = '', valueText = ''] = formatMetricColumn([old, value]);
      return (
        <tr key={key}>
          <th scope="row">{key}</th>
          <td className="number">{oldText}</td>
          <td className="number">{valueText}</td>
          <td className={`number ${verdict}`} aria-label={describeVerdict(verdict, difference)}>
            {`${verdictMark(verdict)} ${difference === null ? 'not comparable' : formatDifference(difference, value ?? difference)}`}
          </td>
        </tr>
      );
    })}
  </SideTable>
);

const Params = ({ params, before, now }: { params: ParamChange[]; before: string; now: string }) => (
  <SideTable label="Params" head={['Param', before, now]}>
    {params.map(({ key, old, new: value }) => (
      <tr key={key}>
        <th scope="row">{key}</th>
        <MaybeSet value={old} />
        <MaybeSet value={value} />
      </tr>
    ))}
  </SideTable>
);

function about(run: Run): string {
  const took = run.endTime === null ? '' : ` in ${formatDuration(run.endTime - run.startTime)}`;
  const commit = run.tags['mlflow.source.git.commit'];
  return `${runIcons[run.status].words}${took}${commit ? `, commit ${commit.slice(0, 7)}` : ''}`;
}
