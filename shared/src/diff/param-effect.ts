import { directionOf, toNumber, type MetricDirection } from '../domain/metric.ts';
import type { Run } from '../domain/run.ts';
import { welchInterval, type MeanDifference } from '../statistics/welch-interval.ts';
import { formatDifference, formatInterval } from './number-format.ts';
import { canonicalParamValue, isSeedParam, loggedParam } from './param-value.ts';
import { verdictOf, type MetricVerdict } from './verdict.ts';

/** What the editor draws behind one param that differs from the baseline's. */
export interface ParamEffect {
  key: string;
  /** Text of the baseline's value; null when the baseline logged none. */
  old: string | null;
  new: string;
  /** `0.01 → 0.001 · val_loss −0.031 ± 0.008 (n=3)` */
  text: string;
  verdict: MetricVerdict;
  /** Null while no run has the present params, or the metric cannot be compared. */
  effect: MeanDifference | null;
}

export interface ParamEffectInput {
  /** Params of the working file, flattened: dotted key → value text. */
  params: Readonly<Record<string, string>>;
  baseline: Run;
  /** All runs of the project. Only finished ones count. */
  runs: readonly Run[];
  metric: string | null;
  directions?: Readonly<Record<string, MetricDirection>>;
}

/**
 * The effect of the working params file against the baseline: one entry per param whose value differs. Runs with exactly
 * the present params are compared to the runs with the baseline's; runs that differ in a seed alone are repetitions, and
 * two runs with the same seed count once. When several params differ, the difference belongs to all of them together and
 * the text says so.
 */
export function paramEffects(input: ParamEffectInput): ParamEffect[] {
  const { params, baseline, metric } = input;
  const keys = Object.keys(params);
  const baselineValue = (key: string) => loggedParam(baseline.params, key, keys);
  const changed = keys.filter(key => {
    const old = baselineValue(key);
    return old === undefined || canonicalParamValue(old) !== canonicalParamValue(params[key]!);
  });
  // A baseline that logged none of the params says nothing about any of them.
  if (changed.length === keys.length && keys.every(key => baselineValue(key) === undefined)) return [];

  const measured = changed.filter(key => !isSeedParam(key));
  const outcome = measured.length > 0 ? compareGroups(input, keys) : null;
  return changed.map(key => {
    const old = baselineValue(key) ?? null;
    const value = params[key]!;
    const change = `${old === null ? 'not logged' : shown(old)} → ${shown(value)}`;
    if (!measured.includes(key))
      return { key, old, new: value, text: `${change} · seed`, verdict: 'unknown', effect: null };
    if (!metric || !outcome) return { key, old, new: value, text: change, verdict: 'unknown', effect: null };
    const others = measured.length - 1;
    const shared =
      outcome.effect && others > 0 ? ` · together with ${others} other change${others === 1 ? '' : 's'}` : '';
    return { ...outcome, key, old, new: value, text: `${change} · ${outcome.text}${shared}` };
  });
}

interface Outcome {
  text: string;
  verdict: MetricVerdict;
  effect: MeanDifference | null;
}

function compareGroups(input: ParamEffectInput, keys: readonly string[]): Outcome | null {
  const { params, baseline, runs, metric } = input;
  if (!metric) return null;
  const compared = keys.filter(key => !isSeedParam(key));
  const signature = (value: (key: string) => string | undefined) =>
    JSON.stringify(compared.map(key => mapped(value(key), canonicalParamValue)));
  const present = signature(key => params[key]);
  const before = signature(key => loggedParam(baseline.params, key, keys));

  const finished = runs.filter(({ status, runId }) => status === 'FINISHED' && runId !== baseline.runId);
  const groups: Record<'present' | 'before', Run[]> = { present: [], before: [baseline] };
  for (const run of finished) {
    const own = signature(key => loggedParam(run.params, key, keys));
    if (own === present) groups.present.push(run);
    else if (own === before) groups.before.push(run);
  }
  return describeOutcome(metric, groups, directionOf(metric, input.directions), keys);
}

function describeOutcome(
  metric: string,
  groups: Record<'present' | 'before', Run[]>,
  direction: MetricDirection,
  keys: readonly string[],
): Outcome {
  if (groups.present.length === 0) return incomparable('not run yet');
  const newValues = valuesBySeed(groups.present, metric, keys);
  const oldValues = valuesBySeed(groups.before, metric, keys);
  if (newValues.length === 0) return incomparable(`${metric} not logged`);
  const broken = newValues.find(value => !Number.isFinite(value));
  if (broken !== undefined)
    return incomparable(`${metric} ${formatDifference(broken)} (${countText(newValues.length, newValues.length)})`);
  const usable = oldValues.filter(Number.isFinite);
  const effect = welchInterval(usable, newValues);
  if (!effect) return incomparable(`${metric} not logged by the baseline`);

  const size =
    effect.halfWidth === null
      ? formatDifference(effect.difference, Math.max(...usable.map(Math.abs), ...newValues.map(Math.abs)))
      : formatInterval(effect.difference, effect.halfWidth);
  const text = `${metric} ${size} (${countText(effect.newCount, effect.oldCount)})`;
  return { text, verdict: verdictOf(effect.difference, direction), effect };
}

function incomparable(text: string): Outcome {
  return { text, verdict: 'not-comparable', effect: null };
}

/** One value per seed, the newest; runs that log no seed count one by one. */
function valuesBySeed(runs: readonly Run[], metric: string, keys: readonly string[]): number[] {
  const seeds = keys.filter(isSeedParam);
  const bySeed = new Map<string, number>();
  for (const run of [...runs].sort((a, b) => a.startTime - b.startTime)) {
    const point = run.metrics[metric];
    if (!point) continue;
    const seed = seeds.map(key => mapped(loggedParam(run.params, key, keys), canonicalParamValue));
    const known = seed.length > 0 && seed.every(value => value !== null);
    bySeed.set(known ? JSON.stringify(seed) : run.runId, toNumber(point.value));
  }
  return [...bySeed.values()];
}

function countText(newCount: number, oldCount: number): string {
  return newCount === oldCount ? `n=${newCount}` : `n=${newCount} vs ${oldCount}`;
}

function mapped(value: string | undefined, map: (value: string) => string): string | null {
  return value === undefined ? null : map(value);
}

function shown(value: string): string {
  const line = value.replaceAll(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line || "''";
}
