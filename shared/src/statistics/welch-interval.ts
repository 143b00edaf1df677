import { mean, variance } from './mean.ts';
import { studentQuantile } from './student-t.ts';

/** Difference of two means, `new − old`. */
export interface MeanDifference {
  difference: number;
  /** Half the width of the confidence interval, or null where there is no honest one (fewer than two values on a side). */
  halfWidth: number | null;
  /** Welch–Satterthwaite degrees of freedom; null without an interval, or when both sides never vary. */
  df: number | null;
  oldCount: number;
  newCount: number;
}

/**
 * Welch's interval for the difference of the means of two independent samples of possibly unequal variance
 * (B. L. Welch, Biometrika 34, 1947), `confidence` 0.95 unless told. The same as SciPy's
 * `ttest_ind(new, old, equal_var=False).confidence_interval()`. Null when a side is empty or holds a value that is not finite.
 */
export function welchInterval(
  oldValues: readonly number[],
  newValues: readonly number[],
  confidence = 0.95,
): MeanDifference | null {
  const oldCount = oldValues.length;
  const newCount = newValues.length;
  if (oldCount === 0 || newCount === 0) return null;
  if (![...oldValues, ...newValues].every(Number.isFinite)) return null;
  const difference = mean(newValues) - mean(oldValues);
  if (oldCount < 2 || newCount < 2) return { difference, halfWidth: null, df: null, oldCount, newCount };

  const oldPart = variance(oldValues) / oldCount;
  const newPart = variance(newValues) / newCount;
  const squaredError = oldPart + newPart;
  if (squaredError === 0) return { difference, halfWidth: 0, df: null, oldCount, newCount };
  // By shares, so that squares of tiny variances do not underflow.
  const oldShare = oldPart / squaredError;
  const newShare = newPart / squaredError;
  const df = 1 / (oldShare ** 2 / (oldCount - 1) + newShare ** 2 / (newCount - 1));
  const halfWidth = studentQuantile(0.5 + confidence / 2, df) * Math.sqrt(squaredError);
  return { difference, halfWidth, df, oldCount, newCount };
}
