const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2]];
const hues = 10;

/** Hue and dash of a curve: two curves of one chart differ in both, so that colour is never alone. */
export function curveLook(index: number, baseline = false): { variable: string; dash: number[] } {
  if (baseline) return { variable: '--bm-curve-baseline', dash: [] };
  return { variable: `--bm-curve-${index % hues}`, dash: [...(dashes[index % dashes.length] ?? [])] };
}
