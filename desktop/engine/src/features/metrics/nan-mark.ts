/** What SQLite cannot keep in a number's place: 1 is NaN, 2 is minus zero; the value beside it is 0. */
export type NanMark = 0 | 1 | 2;

export function nanMarkOf(value: number): NanMark {
  if (value !== value) return 1;
  return value === 0 && Object.is(value, -0) ? 2 : 0;
}

export function markedValue(value: number, mark: number): number {
  if (mark === 0) return value;
  return mark === 1 ? NaN : -0;
}
