import type { Condition } from './condition.ts';

/** Whether a value in memory meets a condition, as the SQL of `sql.ts` would say. Undefined: the key is absent. */
export function matches(actual: string | number | undefined, { operator, value }: Condition): boolean {
  if (operator === 'IS NULL') return actual === undefined;
  if (operator === 'IS NOT NULL') return actual !== undefined;
  if (actual === undefined) return false;
  switch (operator) {
    case '=':
      return actual === value;
    case '!=':
      return actual !== value;
    case '<':
      return actual < (value as string | number);
    case '<=':
      return actual <= (value as string | number);
    case '>':
      return actual > (value as string | number);
    case '>=':
      return actual >= (value as string | number);
    case 'LIKE':
      return like(String(actual), String(value));
    case 'ILIKE':
      return like(String(actual).toLowerCase(), String(value).toLowerCase());
    case 'IN':
      return (value as readonly string[]).includes(String(actual));
    case 'NOT IN':
      return !(value as readonly string[]).includes(String(actual));
  }
}

/** `%` any text, `_` any one character. Linear in practice: only the last `%` is ever tried again. */
export function like(text: string, pattern: string): boolean {
  let at = 0;
  let retryText = -1;
  let retryPattern = -1;
  let from = 0;
  while (at < text.length) {
    const wanted = pattern[from];
    if (wanted === '%') {
      retryPattern = from++;
      retryText = at;
    } else if (wanted !== undefined && (wanted === '_' || wanted === text[at])) {
      from++;
      at++;
    } else if (retryPattern >= 0) {
      from = retryPattern + 1;
      at = ++retryText;
    } else return false;
  }
  while (pattern[from] === '%') from++;
  return from === pattern.length;
}
