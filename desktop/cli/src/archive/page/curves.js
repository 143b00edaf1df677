import { h, number } from './elements.js';

const waiting = new Map();
/** Called by the files in `view/`. */
globalThis.archiveSeries = (runId, series) => waiting.get(runId)?.(series);
export function seriesOf(runId) {
  return new Promise((resolve, reject) => {
    waiting.set(runId, resolve);
    const script = h('script', { src: `view/${runId}.js` });
    script.addEventListener('error', () => reject(new Error('unreachable')));
    document.head.append(script);
  });
}

export function chart(key, points) {
  const drawn = points.filter(([, value]) => typeof value === 'number');
  const [steps, values] = [drawn.map(([step]) => step), drawn.map(([, value]) => value)];
  const [low, high] = [
    values.reduce((a, b) => Math.min(a, b), Infinity),
    values.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  const x = step => 8 + (last === first ? 0.5 : (step - first) / (last - first)) * 384;
  const y = value => 150 - (high === low ? 0.5 : (value - low) / (high - low)) * 128;
  const label =
    drawn.length === 0
      ? `${key}: no number to draw`
      : `${key}: from ${number(values[0])} at step ${first} to ${number(values.at(-1))} at step ${last}; lowest ${number(low)}, highest ${number(high)}`;
  return h(
    'figure',
    null,
    h('figcaption', null, h('strong', null, key)),
    drawn.length === 0
      ? h('p', null, label)
      : h(
          'svg',
          { viewBox: '0 0 400 180', role: 'img', 'aria-label': label },
          h('line', { x1: 8, y1: 152, x2: 392, y2: 152 }),
          drawn.length === 1
            ? h('circle', { cx: x(first), cy: y(low), r: 4 })
            : h('polyline', {
                points: drawn.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(' '),
              }),
          h('text', { x: 8, y: 14 }, number(high)),
          h('text', { x: 8, y: 148 }, number(low)),
          h('text', { x: 8, y: 172 }, `step ${first}`),
          h('text', { x: 392, y: 172, 'text-anchor': 'end' }, `${last}`),
        ),
  );
}
