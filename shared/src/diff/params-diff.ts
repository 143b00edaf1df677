import { sameParamValue } from './param-value.ts';

/** A param whose values differ. Null: not logged on that side. */
export interface ParamChange {
  key: string;
  old: string | null;
  new: string | null;
}

type Params = Readonly<Record<string, string>>;

/** Params that differ between a baseline and a run, by name. Values that mean the same (`1e-3`, `0.001`) do not differ. */
export function diffParams(baseline: Params, run: Params): ParamChange[] {
  const keys = new Set([...Object.keys(baseline), ...Object.keys(run)]);
  return [...keys]
    .sort((a, b) => (a < b ? -1 : 1))
    .map(key => ({ key, old: own(baseline, key), new: own(run, key) }))
    .filter(({ old, new: value }) => old === null || value === null || !sameParamValue(old, value));
}

function own(params: Params, key: string): string | null {
  return Object.hasOwn(params, key) ? (params[key] ?? null) : null;
}
