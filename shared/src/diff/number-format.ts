import type { MetricVerdict } from './verdict.ts';

const minus = '\u2212';

/** A metric's value with four significant digits, a real minus sign and no idle zeros: `0.912`, `−1234`, `1.2e−7`, `NaN`. */
export function formatMetric(value: number): string {
  return withMinus(isExtreme(value) ? exponential(value) : trimZeros(fixed(value, decimalsFor(value))));
}

/** Values of one column, all with the same decimals: those that the largest of them shows with four significant digits. Null is a dash. */
export function formatMetricColumn(values: readonly (number | null)[]): string[] {
  const shown = values.filter(value => value !== null).filter(Number.isFinite);
  if (shown.some(isExtreme)) return values.map(value => (value === null ? '–' : formatMetric(value)));
  const decimals = Math.min(
    6,
    Math.max(0, ...shown.map(value => trimZeros(fixed(value, decimalsFor(value)))).map(decimalsIn)),
  );
  return values.map(value => (value === null ? '–' : withMinus(fixed(value, decimals))));
}

/**
 * A signed difference: `+0.018`, `−0.031`, `0`. It has the decimals of the values that it is between (four significant
 * digits of `reference`), and at least two significant digits of its own.
 */
export function formatDifference(difference: number, reference = difference): string {
  if (!Number.isFinite(difference)) return withMinus(String(difference));
  if (difference === 0) return '0';
  if (isExtreme(difference)) return signed(difference, exponential(difference, 1));
  const scale = isExtreme(reference) ? difference : reference;
  const decimals = Math.max(decimalsFor(scale), Math.min(decimalsFor(difference, 2), decimalsFor(scale) + 4));
  const text = trimZeros(fixed(difference, decimals));
  return Number(text) === 0 ? signed(difference, exponential(difference, 1)) : signed(difference, text);
}

/**
 * A difference with its uncertainty, both rounded at the first digit of the uncertainty, or the second when the first is
 * a 1: `−0.031 ± 0.008`.
 */
export function formatInterval(difference: number, halfWidth: number): string {
  if (!(halfWidth > 0) || isExtreme(halfWidth))
    return `${formatDifference(difference)} ± ${formatMetric(Math.max(0, halfWidth))}`;
  const leading = Number(halfWidth.toExponential(1)[0]);
  const decimals = decimalsFor(halfWidth, leading === 1 ? 2 : 1);
  return `${signed(difference, fixed(difference, decimals))} ± ${fixed(halfWidth, decimals)}`;
}

/** `▲` better, `▼` worse, empty without a verdict. Say it in words too where colour or shape may not reach: `describeVerdict`. */
export function verdictMark(verdict: MetricVerdict): '▲' | '▼' | '' {
  return verdict === 'better' ? '▲' : verdict === 'worse' ? '▼' : '';
}

/** For screen readers: `better by 0.031`. */
export function describeVerdict(verdict: MetricVerdict, difference: number | null): string {
  if (difference === null || verdict === 'not-comparable') return 'not comparable';
  if (verdict === 'equal') return 'unchanged';
  const size = formatDifference(Math.abs(difference)).slice(1);
  if (verdict === 'unknown') return `${difference > 0 ? 'higher' : 'lower'} by ${size}`;
  return `${verdict} by ${size}`;
}

function decimalsFor(value: number, digits = 4): number {
  if (value === 0 || !Number.isFinite(value)) return 0;
  // toExponential rounds first: 0.99996 has the magnitude of 1.
  const exponent = Number(value.toExponential(digits - 1).split('e')[1]);
  return Math.min(100, Math.max(0, digits - 1 - exponent));
}

function isExtreme(value: number): boolean {
  const size = Math.abs(value);
  return Number.isFinite(value) && size !== 0 && (size < 1e-4 || size >= 1e7);
}

function fixed(value: number, decimals: number): string {
  return Number.isFinite(value) ? value.toFixed(decimals) : String(value);
}

function exponential(value: number, decimals = 3): string {
  const [digits = '', exponent = ''] = value.toExponential(decimals).split('e');
  return `${trimZeros(digits)}e${exponent.replace('+', '')}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function decimalsIn(text: string): number {
  const dot = text.indexOf('.');
  return dot < 0 ? 0 : text.length - dot - 1;
}

function signed(value: number, text: string): string {
  return value > 0 ? `+${withMinus(text)}` : withMinus(text);
}

function withMinus(text: string): string {
  // A rounded −0 is shown as 0.
  return (/^-[0.]+$/.test(text) ? text.slice(1) : text).replaceAll('-', minus);
}
