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
import { escapeHtml as html } from '../../host/html.ts';
import { runIcons } from '../runs/run-rows.ts';

export interface Comparison {
  run: Run;
  baseline: Run;
  metrics: MetricChange[];
  params: ParamChange[];
}

/** What differs between a run and the baseline, first of all; what is equal is folded away. */
export function compareHtml({ run, baseline, metrics, params }: Comparison): string {
  const changed = metrics.filter(({ verdict }) => verdict !== 'equal');
  const equal = metrics.filter(({ verdict }) => verdict === 'equal').map(({ key }) => key);
  return [
    `<h1>${html(run.name)}</h1>`,
    `<p class="about">${html(about(run))}; compared with the baseline ${html(baseline.name)}, ${html(about(baseline))}</p>`,
    `<h2>Metrics</h2>`,
    changed.length === 0 ? `<p>No metric differs.</p>` : metricsTable(changed),
    equal.length === 0
      ? ''
      : `<details><summary>${equal.length} unchanged</summary><p>${equal.map(html).join(', ')}</p></details>`,
    `<h2>Params</h2>`,
    params.length === 0 ? `<p>No param differs.</p>` : paramsTable(params),
  ].join('\n');
}

/** A table of metrics: old, new and difference, the verdict by mark, colour and word. */
export function metricsTable(metrics: MetricChange[], names = { old: 'Baseline', new: 'This run' }): string {
  const rows = metrics.map(change => {
    const [old = '', value = ''] = formatMetricColumn([change.old, change.new]);
    const { difference, verdict } = change;
    const size = difference === null ? 'not comparable' : formatDifference(difference, change.new ?? difference);
    const spoken = describeVerdict(verdict, difference);
    return `<tr><th scope="row">${html(change.key)}</th><td class="number">${html(old)}</td><td class="number">${html(value)}</td><td class="number ${verdict}" aria-label="${html(spoken)}">${verdictMark(verdict)} ${html(size)}</td></tr>`;
  });
  const head = [names.old, names.new, 'Difference']
    .map(name => `<th scope="col" class="number">${html(name)}</th>`)
    .join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="Metrics"><table><thead><tr><th scope="col">Metric</th>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

function paramsTable(params: ParamChange[]): string {
  const cell = (value: string | null) => (value === null ? '<td class="none">not set</td>' : `<td>${html(value)}</td>`);
  const rows = params.map(
    ({ key, old, new: value }) => `<tr><th scope="row">${html(key)}</th>${cell(old)}${cell(value)}</tr>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="Params"><table><thead><tr><th scope="col">Param</th><th scope="col">Baseline</th><th scope="col">This run</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

function about(run: Run): string {
  const took = run.endTime === null ? '' : ` in ${formatDuration(run.endTime - run.startTime)}`;
  const commit = run.tags['mlflow.source.git.commit'];
  return `${runIcons[run.status].words}${took}${commit ? `, commit ${commit.slice(0, 7)}` : ''}`;
}
