import type { MetricValue } from '@benchmate/shared/domain/metric';

/** A moment in UTC, to the minute; empty when there is none. */
export const time = (at: number | string | null): string =>
  at === null || Number.isNaN(new Date(at).getTime()) ? '' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');

export const number = (value: MetricValue): string =>
  (typeof value !== 'number' || Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))).replace(
    '-',
    '\u2212',
  );
