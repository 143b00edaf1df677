import { toMetricValue, type MetricValue } from '@benchmate/shared/domain/metric';

/** `JSON.stringify` writes minus zero as 0; the text itself it leaves alone. */
const minusZero = (JSON as unknown as { rawJSON: (text: string) => number }).rawJSON('-0.0');

/** A value as JSON says it in MLflow's API: a number, the sign of zero included, or what is none as a text. */
export const metricNumber = (value: number): MetricValue => (Object.is(value, -0) ? minusZero : toMetricValue(value));
