import { toMetricValue } from '@benchmate/shared/domain/metric';

/** JSON has no NaN and no infinities: they are the strings of the contract, not null. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === 'number' ? toMetricValue(each) : each), 2);
}
