import { formatMetric, formatMetricColumn } from '@benchmate/shared/diff/number-format';
import { toNumber } from '@benchmate/shared/domain/metric';
import type { Run } from '@benchmate/shared/domain/run';
import { stateWords } from './run-state.tsx';

export type RunColumnKind =
  'name' | 'state' | 'started' | 'duration' | 'experiment' | 'difference' | 'metric' | 'param';

/** One column of the runs table. `id` stands in addresses and saved views: `metric:val/auc`, `param:lr`, `started`. */
export interface RunColumn {
  id: string;
  kind: RunColumnKind;
  /** The metric's or param's own name. */
  key: string;
  label: string;
  widthPx: number;
  numeric: boolean;
}

const fixedColumns: RunColumn[] = [
  { id: 'name', kind: 'name', key: '', label: 'Name', widthPx: 248, numeric: false },

  { id: 'state', kind: 'state', key: '', label: 'State', widthPx: 96, numeric: false },
  { id: 'started', kind: 'started', key: '', label: 'Started', widthPx: 104, numeric: false },
  { id: 'duration', kind: 'duration', key: '', label: 'Took', widthPx: 112, numeric: true },
  { id: 'difference', kind: 'difference', key: '', label: 'To baseline', widthPx: 128, numeric: true },

  { id: 'experiment', kind: 'experiment', key: '', label: 'Experiment', widthPx: 160, numeric: false },
];

/** Every column that these runs could have: fixed ones, metrics, params; primary metrics and the most common first, the machine's own last. */
export function runColumns(runs: readonly Run[], primary: ReadonlySet<string> = new Set()): RunColumn[] {
  const metrics = new Map<string, number>();
  const params = new Map<string, number>();
  for (const run of runs) {
    for (const key in run.metrics) metrics.set(key, (metrics.get(key) ?? 0) + 1);
    for (const key in run.params) params.set(key, (params.get(key) ?? 0) + 1);
  }

  const [name, state, started, duration, difference, ...rest] = fixedColumns;
  const metricColumns = ranked(metrics, primary).map(key => column('metric', key, 112, true));
  const first = metricColumns.findIndex(({ key }) => !primary.has(key));
  const split = first < 0 ? metricColumns.length : first;
  return [
    name!,
    state!,
    started!,
    duration!,
    ...metricColumns.slice(0, split),
    difference!,
    ...metricColumns.slice(split),
    ...ranked(params).map(key => column('param', key, 112, false)),
    ...rest,
  ];
}

/** What is shown until the person chooses: who, how it ended, four metrics, four params, when. */
export function defaultColumnIds(columns: readonly RunColumn[], hasBaseline: boolean): string[] {
  const some = (kind: RunColumnKind, count: number) =>
    columns.filter(column => column.kind === kind && !column.key.startsWith('system/')).slice(0, count);
  const shown = new Set<string>([
    'name',
    'state',
    'started',
    'duration',
    ...[...some('metric', 4), ...some('param', 4)].map(({ id }) => id),
    ...(hasBaseline ? ['difference'] : []),
  ]);
  return columns.filter(({ id }) => shown.has(id)).map(({ id }) => id);
}

/** What a column sorts by. Undefined goes last, whichever way. */
export function sortValue(column: RunColumn, run: Run, difference: number | null): string | number | undefined {
  switch (column.kind) {
    case 'name':
      return run.name;
    case 'state':
      return stateWords(run.status);
    case 'started':
      return run.startTime;
    case 'duration':
      return run.endTime === null ? undefined : run.endTime - run.startTime;
    case 'experiment':
      return run.experimentName;
    case 'difference':
      return difference ?? undefined;
    case 'metric': {
      const point = run.metrics[column.key];
      const value = point && toNumber(point.value);
      return value === undefined || Number.isNaN(value) ? undefined : value;
    }
    case 'param': {
      const text = run.params[column.key];
      const value = Number(text);
      return text === undefined ? undefined : text !== '' && Number.isFinite(value) ? value : text;
    }
  }
}

export function compareSortValues(a: string | number | undefined, b: string | number | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  return (a ?? '').localeCompare(b ?? '', 'en', { numeric: true });
}

const sampleSize = 200;

/**
 * Writes a metric's values with the decimals that a sample of the column needs. The whole column would cost as much as
 * there are runs at each change.
 */
export function columnFormat(runs: readonly Run[], key: string): (value: number) => string {
  const stride = Math.max(1, Math.floor(runs.length / sampleSize));
  const sample: number[] = [];
  for (let index = 0; index < runs.length; index += stride) {
    const point = runs[index]!.metrics[key];
    if (point) sample.push(toNumber(point.value));
  }
  const finite = sample.filter(Number.isFinite);
  const size = finite.map(value => formatMetric(value).split('.')[1]?.length ?? 0);
  const anchor = finite[size.indexOf(Math.max(...size))];
  return value => (anchor === undefined ? formatMetric(value) : formatMetricColumn([anchor, value])[1]!);
}

function ranked(counts: ReadonlyMap<string, number>, primary: ReadonlySet<string> = new Set()): string[] {
  const rank = (key: string) => (primary.has(key) ? 0 : key.startsWith('system/') ? 2 : 1);
  return [...counts].sort(([a, x], [b, y]) => rank(a) - rank(b) || y - x || (a < b ? -1 : 1)).map(([key]) => key);
}

function column(kind: 'metric' | 'param', key: string, widthPx: number, numeric: boolean): RunColumn {
  return { id: `${kind}:${key}`, kind, key, label: key, widthPx, numeric };
}
