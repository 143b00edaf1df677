import type { DrawnCurves } from '@benchmate/shared/formats/archive';
import { useCurves } from './use-curves.ts';
import { number } from './words.ts';

export function Curves({ runId }: { runId: string }) {
  const curves = useCurves(runId);
  if (curves === 'reading') return <p role="status">Reading the curves …</p>;
  if (curves === 'missing')
    return (
      <p role="status">
        {`The curves are in another file, view/${runId}.js: unpack the whole archive and open its index.html.`}
      </p>
    );
  return curves.map(([key, points]) => <Chart key={key} name={key} points={points} />);
}

type Points = DrawnCurves[number][1];

function Chart({ name, points }: { name: string; points: Points }) {
  const drawn = points.filter((point): point is [number, number] => typeof point[1] === 'number');
  return (
    <figure>
      <figcaption>
        <strong>{name}</strong>
      </figcaption>
      {drawn.length === 0 ? <p>{`${name}: no number to draw`}</p> : <Drawing name={name} points={drawn} />}
    </figure>
  );
}

function Drawing({ name, points }: { name: string; points: readonly [step: number, value: number][] }) {
  const [steps, values] = [points.map(([step]) => step), points.map(([, value]) => value)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  const x = (step: number) => 8 + (last === first ? 0.5 : (step - first) / (last - first)) * 384;
  const y = (value: number) => 150 - (high === low ? 0.5 : (value - low) / (high - low)) * 128;
  const label = `${name}: from ${number(values[0]!)} at step ${first} to ${number(values.at(-1)!)} at step ${last}; lowest ${number(low)}, highest ${number(high)}`;
  return (
    <svg viewBox="0 0 400 180" role="img" aria-label={label}>
      <line x1={8} y1={152} x2={392} y2={152} />
      {points.length === 1 ? (
        <circle cx={x(first)} cy={y(low)} r={4} />
      ) : (
        <polyline points={points.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(' ')} />
      )}
      <text x={8} y={14}>
        {number(high)}
      </text>
      <text x={8} y={148}>
        {number(low)}
      </text>
      <text x={8} y={172}>{`step ${first}`}</text>
      <text x={392} y={172} textAnchor="end">
        {last}
      </text>
    </svg>
  );
}
