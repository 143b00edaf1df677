import { parse, stringify } from 'yaml';

export type YamlScalar = string | number | boolean | null;

/**
 * A value as YAML on one line that every reader takes alike: PyYAML still reads YAML 1.1, where `no` is false, `1e-7` is a
 * text and `1:30` a number, so such texts are quoted and such numbers written as `1.0e-7`. `quote` is how the text that it
 * replaces was quoted.
 */
export function scalarText(value: YamlScalar, quote: "'" | '"' | '' = ''): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'string') return String(value);
  if (quote === "'" && !/[\n\r\t]/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  if (quote !== '') return JSON.stringify(value);
  const plain = stringify(value, { lineWidth: 0 }).trimEnd();
  return readsAs(plain, value) ? plain : JSON.stringify(value);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = Object.is(value, -0) ? '-0.0' : String(value);
  const [digits = '', exponent] = text.split('e');
  return exponent === undefined ? text : `${digits.includes('.') ? digits : `${digits}.0`}e${exponent}`;
}

/** Alone and inside `[…]`, under both versions of YAML. */
function readsAs(text: string, value: string): boolean {
  if (/[\n\r]/.test(text)) return false;
  try {
    return (['1.1', '1.2'] as const).every(
      version =>
        parse(text, { version, logLevel: 'error' }) === value &&
        (parse(`[${text}]`, { version, logLevel: 'error' }) as unknown[]).every(item => item === value),
    );
  } catch {
    return false;
  }
}
