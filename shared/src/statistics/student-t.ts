import { incompleteBeta } from './incomplete-beta.ts';

/** P(T ≤ t) of Student's distribution with `df` > 0 degrees of freedom; `df` need not be whole. */
export function studentCdf(t: number, df: number): number {
  const tail = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/** The t with P(T ≤ t) = p, for 0 < p < 1 and `df` > 0; equal to SciPy's `t.ppf` to 1e-9. NaN outside. */
export function studentQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1 && df > 0)) return Number.NaN;
  if (p === 0.5) return 0;
  if (p < 0.5) return -upperQuantile(p, df);
  return upperQuantile(1 - p, df);
}

/** Bisection on the tail: slow and sure, about sixty evaluations. */
function upperQuantile(tail: number, df: number): number {
  const tailAt = (t: number) => 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  let low = 0;
  let high = 1;
  while (tailAt(high) > tail && high < 1e150) {
    low = high;
    high *= 2;
  }
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (tailAt(middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
