import type { Condition, Operator, ViewType } from './condition.ts';

/** A piece of SQL with its parameters in order. */
export interface Sql {
  text: string;
  params: (string | number)[];
}

/** `expression operator value`, with every value as a parameter. */
export function compare(expression: string, operator: Operator, value: Condition['value']): Sql {
  if (operator === 'IS NULL' || operator === 'IS NOT NULL') return { text: `${expression} ${operator}`, params: [] };
  if (operator === 'IN' || operator === 'NOT IN')
    return { text: `${expression} ${operator} (SELECT value FROM json_each(?))`, params: [JSON.stringify(value)] };
  // LIKE of SQLite ignores case; GLOB does not.
  if (operator === 'LIKE') return { text: `${expression} GLOB ?`, params: [likeToGlob(String(value))] };
  if (operator === 'ILIKE') return { text: `${expression} LIKE ?`, params: [String(value)] };
  return { text: `${expression} ${operator} ?`, params: [value as string | number] };
}

/** Values that are NaN have `nan` 1: they equal nothing and differ from everything. */
export function compareNumber(alias: string, operator: Operator, value: Condition['value']): Sql {
  const { text, params } = compare(`${alias}.value`, operator, value);
  return { text: operator === '!=' ? `(${alias}.nan = 1 OR ${text})` : `(${alias}.nan <> 1 AND ${text})`, params };
}

/**
 * Whether a row of a key-value table meets a condition: a run without the key meets only IS NULL.
 * `owner` is the column that links `table` to the outer query's `ownerExpression`.
 */
export function keyed(table: string, owner: string, ownerExpression: string, condition: Condition): Sql {
  const { operator, key, value } = condition;
  const found = `SELECT 1 FROM ${table} t WHERE t.${owner} = ${ownerExpression} AND t.key = ?`;
  if (operator === 'IS NULL') return { text: `NOT EXISTS (${found})`, params: [key] };
  if (operator === 'IS NOT NULL') return { text: `EXISTS (${found})`, params: [key] };
  const test = compare('t.value', operator, value);
  return { text: `EXISTS (${found} AND ${test.text})`, params: [key, ...test.params] };
}

export function lifecycleClause(column: string, view: ViewType): string {
  if (view === 'ALL') return '1';
  return `${column} = '${view === 'DELETED_ONLY' ? 'deleted' : 'active'}'`;
}

export function and(clauses: readonly Sql[]): Sql {
  return {
    text: clauses.map(({ text }) => text).join(' AND ') || '1',
    params: clauses.flatMap(({ params }) => params),
  };
}

const likeToGlob = (pattern: string) =>
  pattern.replace(/[*?[%_]/g, character => (character === '%' ? '*' : character === '_' ? '?' : `[${character}]`));
