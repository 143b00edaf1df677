/** Arithmetic mean; NaN for no values. Summed with compensation (Neumaier), so the order of the values does not matter much. */
export function mean(values: readonly number[]): number {
  return compensatedSum(values) / values.length;
}

/** Unbiased sample variance (divisor n − 1), by two passes; NaN below two values. */
export function variance(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const center = mean(values);
  return compensatedSum(values.map(value => (value - center) ** 2)) / (values.length - 1);
}

function compensatedSum(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  // With an infinity in it the compensation is NaN while the sum itself is right.
  return Number.isFinite(sum) ? sum + lost : sum;
}
