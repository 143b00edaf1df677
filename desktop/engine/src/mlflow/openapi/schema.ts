/** A JSON Schema (draft 2020-12, as OpenAPI 3.1 uses it). */
export type Schema = Readonly<Record<string, unknown>>;

/** Fields by name. A name that ends in `!` is required. */
export type FieldSchemas = Readonly<Record<string, Schema>>;

export const text: Schema = { type: 'string' };
export const boolean: Schema = { type: 'boolean' };
/** What a double can hold exactly: larger ones are refused. */
export const integer: Schema = { type: 'integer', minimum: -(2 ** 53) + 1, maximum: 2 ** 53 - 1 };
export const count: Schema = { type: 'integer', minimum: 0, maximum: 2 ** 53 - 1 };
/** JSON has no NaN and no infinities: they travel as text. */
export const double: Schema = { oneOf: [{ type: 'number' }, { enum: ['NaN', 'Infinity', '-Infinity'] }] };
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const choice = (...words: readonly string[]): Schema => ({ type: 'string', enum: words });
export const shared = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** Fields that are not named may be there: newer versions add some, and readers ignore what they do not know. */
export function object(fields: FieldSchemas): Schema {
  const required = Object.keys(fields).filter(isRequired).map(plainName);
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, schema]) => [plainName(name), schema])),
    ...(required.length > 0 ? { required } : {}),
  };
}

export const isRequired = (name: string) => name.endsWith('!');
export const plainName = (name: string) => name.replace(/!$/, '');
