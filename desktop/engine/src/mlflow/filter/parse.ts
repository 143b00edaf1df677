import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Operator } from '../../features/search/condition.ts';
import { excerpt, tokenize, type Token } from './tokens.ts';

/** `entity.key operator value` as it was written; what it may name is checked later. */
export interface Comparison {
  /** Null where the key stood alone: an attribute. */
  entity: string | null;
  key: string;
  operator: Operator;
  value: string | number | readonly string[] | null;
}

const maxComparisons = 200;

/**
 * MLflow's filter grammar: comparisons joined by AND.
 *
 *     filter     = [ comparison { "AND" comparison } ]
 *     comparison = identifier ( operator value | [ "NOT" ] "IN" list | "IS" [ "NOT" ] "NULL" )
 *     identifier = [ word "." ] word { "." word }        word: a name, "…" or `…`; '…' behind a dot
 *     operator   = "=" | "!=" | "<" | "<=" | ">" | ">=" | "LIKE" | "ILIKE"
 *     value      = number | '…' | "…"
 *     list       = "(" value { "," value } ")"
 */
export function parseFilter(filter: string): Comparison[] {
  const reader = new Reader(filter);
  const comparisons: Comparison[] = [];
  if (reader.atEnd()) return comparisons;
  do comparisons.push(comparison(reader));
  while (reader.keyword('AND'));
  if (!reader.atEnd()) reader.fail("'AND' or the end");
  if (comparisons.length > maxComparisons)
    throw new BenchmateError('BAD_REQUEST', `The filter has more than ${maxComparisons} comparisons.`);
  return comparisons;
}

/** `identifier [ASC | DESC]`. */
export function parseOrder(clause: string): { entity: string | null; key: string; ascending: boolean } {
  const reader = new Reader(clause);
  const name = identifier(reader);
  const ascending = reader.keyword('ASC') || !reader.keyword('DESC');
  if (!reader.atEnd()) reader.fail("'ASC', 'DESC' or the end");
  return { ...name, ascending };
}

function comparison(reader: Reader): Comparison {
  const name = identifier(reader);
  if (reader.keyword('IS')) {
    const not = reader.keyword('NOT');
    if (!reader.keyword('NULL')) reader.fail("'NULL'");
    return { ...name, operator: not ? 'IS NOT NULL' : 'IS NULL', value: null };
  }
  if (reader.keyword('NOT')) {
    if (!reader.keyword('IN')) reader.fail("'IN'");
    return { ...name, operator: 'NOT IN', value: list(reader) };
  }
  if (reader.keyword('IN')) return { ...name, operator: 'IN', value: list(reader) };
  for (const operator of ['LIKE', 'ILIKE'] as const)
    if (reader.keyword(operator)) return { ...name, operator, value: value(reader) };
  const operator = reader.take('operator');
  if (!operator) reader.fail('a comparison operator');
  return { ...name, operator: operator.value as Operator, value: value(reader) };
}

function identifier(reader: Reader): { entity: string | null; key: string } {
  const words = [word(reader, false)];
  while (reader.take('dot')) words.push(word(reader, true));
  const [first = '', ...rest] = words;
  return rest.length === 0 ? { entity: null, key: first } : { entity: first, key: rest.join('.') };
}

function word(reader: Reader, afterDot: boolean): string {
  const found = reader.take('name') ?? reader.take('quoted') ?? (afterDot ? reader.take('text') : undefined);
  if (!found?.value) reader.fail("a name such as metrics.loss or params.'learning rate'".replaceAll("'", '`'));
  return found.value;
}

function value(reader: Reader): string | number {
  const number = reader.take('number');
  if (number) return Number(number.value);
  const text = reader.take('text') ?? reader.take('quoted');
  if (!text) reader.fail('a number or a quoted text');
  return text.value;
}

function list(reader: Reader): string[] {
  if (!reader.take('open')) reader.fail("'('");
  const values: string[] = [];
  do {
    const text = reader.take('text') ?? reader.take('quoted');
    if (!text) reader.fail('a quoted text');
    values.push(text.value);
  } while (reader.take('comma') && reader.next()?.kind !== 'close');
  if (!reader.take('close')) reader.fail("')'");
  return values;
}

class Reader {
  readonly #filter: string;
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(filter: string) {
    this.#filter = filter;
    this.#tokens = tokenize(filter);
  }

  atEnd = () => this.#index === this.#tokens.length;
  next = () => this.#tokens[this.#index];

  take(kind: Token['kind']): Token | undefined {
    const token = this.next();
    if (token?.kind !== kind) return undefined;
    this.#index++;
    return token;
  }

  keyword(word: string): boolean {
    const token = this.next();
    if (token?.kind !== 'name' || token.value.toUpperCase() !== word) return false;
    this.#index++;
    return true;
  }

  fail(expected: string): never {
    const token = this.next();
    const found = token ? `'${excerpt(token.value)}' at character ${token.at + 1}` : 'the end';
    throw new BenchmateError(
      'BAD_REQUEST',
      `Invalid filter '${excerpt(this.#filter)}': expected ${expected}, found ${found}.`,
    );
  }
}
