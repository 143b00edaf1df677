import { z } from 'zod';

/** JSON has no NaN and no infinities: they travel as these strings, as in MLflow's REST API. */
export const metricValue = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
export type MetricValue = z.infer<typeof metricValue>;

/** One logged value. `step` is a whole number, `timestamp` milliseconds since 1970 UTC. */
export const metricPoint = z.object({ step: z.number().int(), timestamp: z.number().int(), value: metricValue });
export type MetricPoint = z.infer<typeof metricPoint>;

/** Which way is better. `unknown` is drawn grey: no verdict without a declared direction. */
export const metricDirection = z.enum(['higher', 'lower', 'unknown']);
export type MetricDirection = z.infer<typeof metricDirection>;

/**
 * What a change of a metric means. `unknown`: no direction is declared. `not-comparable`: a value is missing or is not a
 * finite number.
 */
export const metricVerdict = z.enum(['better', 'worse', 'equal', 'unknown', 'not-comparable']);

export function toMetricValue(value: number): MetricValue {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

export function toNumber(value: MetricValue): number {
  return Number(value);
}

const lowerIsBetter =
  /(^|[._/-])(loss|error|mse|rmse|mae|mape|perplexity|latency|duration|seconds|bytes|cost|log_loss|brier)([._/-]|$)|loss$|error$/i;
const higherIsBetter =
  /(^|[._/-])(acc|accuracy|auc|roc_auc|f1|precision|recall|r2|score|map|bleu|ndcg|throughput)([._/-]|$)|(accuracy|score|_auc)$/i;

/** The direction a project declares for a metric, else the one its usual name implies, else `unknown`. */
export function directionOf(key: string, declared: Readonly<Record<string, MetricDirection>> = {}): MetricDirection {
  const own = declared[key];
  if (own) return own;
  if (lowerIsBetter.test(key)) return 'lower';
  return higherIsBetter.test(key) ? 'higher' : 'unknown';
}
