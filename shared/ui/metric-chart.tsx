import { useEffect, useId, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import { formatMetric } from '@benchmate/shared/diff/number-format';
import { toNumber } from '@benchmate/shared/domain/metric';
import { drawPeople, type ChartPerson } from './chart-people.tsx';
import { drawThreads } from './chart-threads.ts';
import { useZoomed, type ReadPart, type StepRange } from './chart-zoom.tsx';
import { curveLook } from './curve-looks.ts';
import { alignSeries, describeSeries, thin, type MetricSeries } from './metric-series.tsx';
import { useLatest } from './use-latest.ts';

export interface MetricChartProps {
  title: string;
  series: readonly MetricSeries[];
  heightPx?: number;
  /** Charts with the same key share their cursor. */
  syncKey?: string;
  /** How many values were logged, by id of the series: more than are drawn. */
  totals?: Readonly<Record<string, number>>;
  /** Asked for finer points of the steps that someone zooms in on, by dragging over them. */
  readPart?: ReadPart;
  /** Who else has their pointer on this chart, and where. */
  people?: readonly ChartPerson[];
  /** Steps that open threads are about. */
  threads?: readonly StepRange[];
  /** Called with the steps that are shown; null for all. */
  zoomed?: (range: StepRange | null) => void;
  /** Called with the step under the pointer, null when it leaves. */
  pointed?: (step: number | null) => void;
}

const nobody: readonly ChartPerson[] = [];
const none: readonly StepRange[] = [];

/** Curves of one metric over steps. The same stands in words beside it and as a table on demand. */
export function MetricChart({
  title,
  series,
  heightPx = 200,
  syncKey,
  totals = {},
  readPart,
  people = nobody,
  threads = none,
  zoomed,
  pointed,
}: MetricChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [tableShown, setTableShown] = useState(false);
  const summary = useId();
  const looks = useLooks();
  const shape = `${looks} ${series.map(({ id, baseline }) => `${id}${baseline ? '*' : ''}`).join(' ')}`;
  const [zoom, setZoom] = useState<StepRange | null>(null);
  const drawn = useZoomed(series, zoom, readPart);
  const data = useMemo(() => alignSeries(drawn), [drawn]);
  const single = data[0].length < 2;
  const drawOthers = useLatest((chart: uPlot) => (drawThreads(chart, threads), drawPeople(chart, people)));
  const moved = useLatest((step: number | null) => pointed?.(step));

  useEffect(() => {
    const element = holder.current!;
    const options = chartOptions(series, {
      width: element.clientWidth,
      height: heightPx,
      ...(syncKey ? { syncKey } : {}),
      zoomed: range => setZoom(before => (before?.from === range?.from && before?.to === range?.to ? before : range)),
      drawOthers,
      moved,
    });
    const chart = new uPlot(options, data, element);
    plot.current = chart;
    const watch = new ResizeObserver(() => {
      if (element.clientWidth > 0) chart.setSize({ width: element.clientWidth, height: heightPx });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.destroy();
      setZoom(null);
    };
    // New data goes into the chart that is there; another set of curves or another theme needs another chart.
  }, [shape, single, heightPx, syncKey]);
  useEffect(() => {
    plot.current?.setData(data, !zoom);
    if (zoom) plot.current?.setScale('x', { min: zoom.from, max: zoom.to }); // the values' own scale follows
  }, [data, zoom]);
  useEffect(() => zoomed?.(zoom), [zoom]);
  useEffect(() => {
    if (plot.current?.status === 1) plot.current.redraw(false); // before that it has nothing to draw them on
  }, [people, threads]);

  return (
    <figure className="bm-chart" aria-labelledby={`${summary}-title`}>
      <figcaption>
        <strong id={`${summary}-title`} className="bm-cut" title={title}>
          {title}
        </strong>
        {zoom && (
          <button className="bm-button quiet" onClick={() => setZoom(null)}>
            Show all steps
          </button>
        )}
        <button className="bm-button quiet" aria-expanded={tableShown} onClick={() => setTableShown(!tableShown)}>
          {tableShown ? 'Hide the table' : 'Table'}
        </button>
      </figcaption>
      <div ref={holder} className="bm-curves" role="img" aria-label={`Curve of ${title}`} aria-describedby={summary} />
      {series.length > 1 && <Legend series={series} />}
      <div id={summary} className={series.length > 1 ? 'bm-unseen' : 'bm-muted bm-chart-words'}>
        {series.map(one => (
          <p key={one.id}>{describeSeries(one, totals[one.id])}</p>
        ))}
        {people.map(({ device, name, step }) => (
          <p key={device} className="bm-unseen">
            {name} points at step {step.toLocaleString('en')}.
          </p>
        ))}
      </div>
      {tableShown && <SeriesTable title={title} series={series} />}
    </figure>
  );
}

function Legend({ series }: { series: readonly MetricSeries[] }) {
  return (
    <ul className="bm-legend">
      {series.map(({ id, label, baseline }, index) => {
        const { variable, dash } = curveLook(index, baseline);
        return (
          <li key={id}>
            <svg width="24" height="8" aria-hidden="true">
              <line
                x1="0"
                y1="4"
                x2="24"
                y2="4"
                strokeWidth="2"
                strokeDasharray={dash.join(' ')}
                style={{ stroke: `var(${variable})` }}
              />
            </svg>
            <span className="bm-cut" title={label}>
              {label}
            </span>
            {baseline && <span className="bm-muted">baseline</span>}
          </li>
        );
      })}
    </ul>
  );
}

const tableRows = 500;

function SeriesTable({ title, series }: { title: string; series: readonly MetricSeries[] }) {
  const thinned = series.map(one => ({ ...one, points: thin(one.points, tableRows) }));
  const cut = series.some(({ points }, index) => points.length > thinned[index]!.points.length);
  return (
    <div className="bm-scroll bm-chart-table" tabIndex={0} role="region" aria-label={`Values of ${title}`}>
      {cut && <p className="bm-muted">Thinned to {tableRows} values; lowest and highest are kept.</p>}
      <table className="bm-table">
        <thead>
          <tr>
            <th scope="col">run</th>
            <th scope="col" className="number">
              step
            </th>
            <th scope="col" className="number">
              value
            </th>
          </tr>
        </thead>
        <tbody>
          {thinned.flatMap(({ id, label, points }) =>
            points.map((point, index) => (
              <tr key={`${id} ${index}`}>
                <td>{label}</td>
                <td className="number">{point.step}</td>
                <td className="number">{formatMetric(toNumber(point.value))}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}

/** Changes whenever the theme does: canvases do not follow CSS by themselves. */
function useLooks(): string {
  const [looks, setLooks] = useState(themeKey);
  useEffect(() => {
    const update = () => setLooks(themeKey());
    const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'].map(query =>
      matchMedia(query),
    );
    for (const query of queries) query.addEventListener('change', update);
    const watch = new MutationObserver(update);
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] });
    return () => {
      for (const query of queries) query.removeEventListener('change', update);
      watch.disconnect();
    };
  }, []);
  return looks;
}

const themeKey = (): string => ['--bm-text', '--bm-border', '--bm-curve-0'].map(resolveColor).join(' ');

function chartOptions(
  series: readonly MetricSeries[],
  {
    width,
    height,
    syncKey,
    zoomed,
    drawOthers,
    moved,
  }: {
    width: number;
    height: number;
    syncKey?: string;
    zoomed: (range: StepRange | null) => void;
    drawOthers: (plot: uPlot) => void;
    moved: (step: number | null) => void;
  },
): uPlot.Options {
  const axis = {
    stroke: resolveColor('--bm-muted'),
    grid: { stroke: resolveColor('--bm-grid'), width: 1 },
    ticks: { show: false },
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
  };
  const short = series.every(({ points }) => points.length < 30);
  return {
    width: Math.max(120, width),
    height,
    legend: { show: false },
    cursor: { drag: { x: true, y: false }, ...(syncKey ? { sync: { key: syncKey } } : {}) },
    scales: { x: { time: false } },
    hooks: {
      setScale: [(plot, scale) => void (scale === 'x' && zoomed(zoomOf(plot)))],
      draw: [drawOthers],
      // Charts that share their cursor follow it without an event of their own: theirs is not the pointer.
      setCursor: [
        plot => {
          if (plot.cursor.event) moved(pointedStep(plot));
        },
      ],
    },
    padding: [8, 12, 0, 0],
    axes: [
      { ...axis, size: 28, values: (_plot, ticks) => ticks.map(tick => (Number.isInteger(tick) ? String(tick) : '')) },
      { ...axis, size: 64, values: (_plot, ticks) => ticks.map(tick => formatMetric(tick)) },
    ],
    series: [
      { label: 'step' },
      ...series.map(({ label, baseline }, index) => {
        const { variable, dash } = curveLook(index, baseline);
        const stroke = resolveColor(variable);
        return { label, stroke, width: 1.5, dash, points: { show: short, size: 5, fill: stroke }, spanGaps: false };
      }),
    ],
  };
}

/** The steps that a chart shows, or null when it shows all of them. */
function zoomOf({ data: [steps], scales }: uPlot): StepRange | null {
  const { min, max } = scales['x']!;
  const [first, last] = [steps[0], steps.at(-1)];
  if (min == null || max == null || first === undefined || last === undefined) return null;
  return min > first || max < last ? { from: Math.floor(min), to: Math.ceil(max) } : null;
}

/** A chart has no data before its first curve is drawn. */
const pointedStep = ({ cursor, data }: { cursor: uPlot.Cursor; data: uPlot.AlignedData | null }): number | null =>
  cursor.idx == null ? null : (data?.[0][cursor.idx] ?? null);

/** A token as a colour that canvases take: `light-dark()` is resolved by an element. */
function resolveColor(variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
