import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

type Values = Readonly<Record<string, unknown>>;

/** Refusals of values that MLflow leaves aside without a word: it goes on as if they were not there. */
const leftAside = new WeakSet<Error>();

/**
 * Reads the fields of one request: a JSON body, or a query, where everything is text and a list may be one value.
 * Unknown fields are ignored; a missing or wrong one throws BAD_REQUEST with its path.
 */
export class Fields {
  readonly #values: Values;
  readonly #path: string;
  readonly #fromQuery: boolean;

  constructor(values: unknown, source: { path?: string; fromQuery?: boolean } = {}) {
    this.#path = source.path ?? '';
    this.#fromQuery = source.fromQuery ?? false;
    if (values !== undefined && values !== null && (typeof values !== 'object' || Array.isArray(values)))
      throw bad(`Invalid value for '${this.#path || 'the request'}': it must be an object.`);
    this.#values = (values ?? {}) as Values;
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  /** Required, not empty. */
  text(name: string): string {
    const text = this.#value(name) ?? '';
    if (typeof text !== 'string') throw this.#wrong(name, text, 'text');
    if (!text) throw bad(`Missing value for required parameter '${this.#pathOf(name)}'.`);
    return text;
  }

  /** Required, but may be empty. */
  presentText(name: string): string {
    if (!this.has(name)) throw bad(`Missing value for required parameter '${this.#pathOf(name)}'.`);
    return this.optionalText(name);
  }

  /** `''` where it is absent. */
  optionalText(name: string): string {
    const value = this.#value(name) ?? '';
    if (typeof value !== 'string') throw this.#aside(this.#wrong(name, value, 'text'), this.#isInner);
    return value;
  }

  /** The first of these that is there: fields that were renamed. */
  oneOf(...names: readonly string[]): string {
    const found = names.find(name => this.optionalText(name) !== '');
    return this.text(found ?? names[0] ?? '');
  }

  integer(name: string): number {
    const value = this.#value(name) === '' ? undefined : this.optionalInteger(name);
    if (value === undefined) throw bad(`Missing value for required parameter '${this.#pathOf(name)}'.`);
    return value;
  }

  /** Also as text: JSON of 64-bit integers may come so. */
  optionalInteger(name: string): number | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^[-+]?\d{1,16}$/.test(value) ? Number(value) : value;
    if (Number.isSafeInteger(number)) return number as number;
    const isNumeric = typeof value === 'string' ? /^[-+]?\d+$/.test(value) : typeof value !== 'object';
    throw this.#aside(this.#wrong(name, value, 'a whole number'), this.#isInner || isNumeric);
  }

  /** JSON has no NaN and no infinities: they come as text. */
  double(name: string): number {
    const value = this.#value(name);
    if (typeof value === 'number') return value;
    if (value === undefined || value === '') throw bad(`Missing value for required parameter '${this.#pathOf(name)}'.`);
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
    const isNumeric = typeof value === 'boolean' || (typeof value === 'string' && !Number.isNaN(Number(value)));
    const wrong = this.#wrong(name, value, 'a valid double (64-bit floating point)');
    throw this.#aside(wrong, this.#isInner || isNumeric);
  }

  boolean(name: string): boolean {
    const value = this.#value(name);
    if (this.#fromQuery && (value === 'true' || value === 'false')) return value === 'true';
    if (value !== undefined && typeof value !== 'boolean') throw this.#wrong(name, value, 'true or false');
    return value ?? false;
  }

  texts(name: string): string[] {
    return this.#list(name).map((value, index) => {
      if (typeof value !== 'string') throw this.#wrong(`${name}[${index}]`, value, 'text');
      return value;
    });
  }

  objects(name: string): Fields[] {
    return this.#list(name).map((value, index) => new Fields(value, { path: `${this.#pathOf(name)}[${index}]` }));
  }

  object(name: string): Fields {
    return new Fields(this.#value(name), { path: this.#pathOf(name) });
  }

  /** A required object, as it came. */
  values(name: string): Values {
    if (!this.has(name)) throw bad(`Missing value for required parameter '${this.#pathOf(name)}'.`);
    return this.object(name).#values;
  }

  /** `{key, value}` objects. */
  keyValues(name: string): { key: string; value: string }[] {
    return this.objects(name).map(item => ({ key: item.text('key'), value: item.optionalText('value') }));
  }

  /** One of these words, or its number from 1 on as protobuf's JSON allows, else BAD_REQUEST; `otherwise` where it is absent. */
  choice<T extends string, D>(name: string, words: readonly T[], otherwise: D): T | D {
    const value = this.#value(name);
    if (value === undefined) return otherwise;
    const found = words.find((word, index) => word === value || index + 1 === value);
    if (found) return found;
    const isLeft = typeof value !== 'object' && !Number.isInteger(value);
    throw this.#aside(this.#wrong(name, value, `one of ${words.join(', ')}`), isLeft);
  }

  #list(name: string): unknown[] {
    const value = this.#value(name) ?? [];
    if (Array.isArray(value)) return value;
    if (this.#fromQuery) return [value];
    throw this.#wrong(name, value, 'a list');
  }

  #value(name: string): unknown {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    return value === null ? undefined : value;
  }

  #wrong(name: string, value: unknown, expected: string): BenchmateError {
    return bad(`Invalid value ${shown(value)} for parameter '${this.#pathOf(name)}' supplied: it must be ${expected}.`);
  }

  /** MLflow looks at the kinds of fields of the request alone, and lets some pass. */
  get #isInner(): boolean {
    return this.#path !== '';
  }

  #aside(error: BenchmateError, isLeft: boolean): BenchmateError {
    if (isLeft) leftAside.add(error);
    return error;
  }

  #pathOf(name: string): string {
    return this.#path ? `${this.#path}.${name}` : name;
  }
}

export const isLeftAside = (error: unknown): boolean => error instanceof Error && leftAside.has(error);

/** Never the whole of it: what was sent may be as deep or as long as a body can be. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 200));
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? `[a list of ${value.length}]` : '{an object}';
}

const bad = (message: string) => new BenchmateError('BAD_REQUEST', message);
