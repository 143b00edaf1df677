import { parse } from 'yaml';

/** The value of one entry of a map (`license: mit`) or of a list (`- mit`). Null where it cannot be read by itself. */
export function readEntry(text: string): { value: unknown } | null {
  try {
    const data: unknown = parse(text, { merge: true, logLevel: 'error' });
    if (data === null || typeof data !== 'object') return null;
    const values: unknown[] = Object.values(data);
    return values.length === 1 ? { value: values[0] } : null;
  } catch {
    return null;
  }
}
