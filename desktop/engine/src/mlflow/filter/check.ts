import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Condition, Operator, Order } from '../../features/search/condition.ts';
import { parseFilter, parseOrder, type Comparison } from './parse.ts';

/** What a search may name. */
export interface SearchKind {
  /** Every spelling of an entity → the entity. A key alone is an attribute. */
  entities: Readonly<Record<string, Condition['entity']>>;
  /** Every spelling of an attribute → its name. */
  attributes: Readonly<Record<string, string>>;
  /** Names of attributes that are numbers; the others are text. */
  numbers: ReadonlySet<string>;
  /** Attributes that take IN and NOT IN. */
  lists: ReadonlySet<string>;
  /** Those of the numbers that are compared with whole numbers alone. */
  integers?: ReadonlySet<string>;
  /** Attributes that are ids of experiments: whole numbers, written as text. */
  ids?: ReadonlySet<string>;
  /** Attributes to sort by. */
  sortable: ReadonlySet<string>;
  /** Whether metrics, params and tags can be sorted by, too. */
  sortsByKeys?: boolean;
}

const numberOperators: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>='];
const textOperators: readonly Operator[] = ['=', '!=', 'LIKE', 'ILIKE'];
const nullOperators: readonly Operator[] = ['IS NULL', 'IS NOT NULL'];
const listOperators: readonly Operator[] = ['IN', 'NOT IN'];
const datasetKeys: ReadonlySet<string> = new Set(['name', 'digest', 'context']);

/** The conditions of a filter, each with a known key, an operator that fits it, and a value of the right type. */
export function conditionsOf(filter: string, kind: SearchKind): Condition[] {
  return parseFilter(filter).map(comparison => {
    const named = nameOf(comparison, kind);
    const allowed = operatorsFor(named, kind);
    if (!allowed.includes(comparison.operator))
      throw bad(
        `Invalid comparator '${comparison.operator}' for ${named.entity} '${named.key}': use one of ${allowed.join(', ')}.`,
      );
    const value = valueOf(comparison, isNumber(named, kind));
    if (named.entity === 'attribute' && kind.integers?.has(named.key) && !Number.isInteger(value))
      throw bad(`Invalid value for numeric attribute '${named.key}': ${String(value)}.`);
    if (named.entity === 'attribute' && kind.ids?.has(named.key)) [value].flat().forEach(id => checkId(String(id)));
    return { ...named, operator: comparison.operator, value };
  });
}

export function orderOf(clauses: readonly string[], kind: SearchKind): Order[] {
  const seen = new Set<string>();
  return clauses.map(clause => {
    const parsed = parseOrder(clause);
    const { entity, key } = nameOf(parsed, kind, kind.sortable);
    if (entity !== 'attribute' && (entity === 'dataset' || !kind.sortsByKeys))
      throw bad(`Invalid order_by entity '${entity}': sort by one of ${[...kind.sortable].join(', ')}.`);
    const id = `${entity}.${key}`;
    if (seen.has(id)) throw bad(`order_by names '${id}' twice.`);
    seen.add(id);
    return { entity, key, ascending: parsed.ascending };
  });
}

function nameOf(
  { entity, key }: Pick<Comparison, 'entity' | 'key'>,
  kind: SearchKind,
  known?: ReadonlySet<string>,
): { entity: Condition['entity']; key: string } {
  const type = entity === null ? 'attribute' : own(kind.entities, entity);
  if (!type) throw bad(`Invalid entity type '${entity}'. Valid values are ${Object.keys(kind.entities).join(', ')}.`);
  if (type === 'dataset' && !datasetKeys.has(key)) throw bad(`Invalid dataset key '${key}'.`);
  if (type !== 'attribute') return { entity: type, key };
  const name = own(kind.attributes, key);
  if (!name || (known && !known.has(name)))
    throw bad(
      `Invalid attribute key '${key}' specified. Valid keys are ${[...new Set(Object.values(kind.attributes))].join(', ')}.`,
    );
  return { entity: type, key: name };
}

function operatorsFor(named: { entity: Condition['entity']; key: string }, kind: SearchKind): readonly Operator[] {
  if (isNumber(named, kind)) return numberOperators;
  switch (named.entity) {
    case 'dataset':
      return [...textOperators, ...listOperators];
    case 'attribute':
      if (kind.ids?.has(named.key)) return ['=', '!=', ...listOperators];
      return kind.lists.has(named.key) ? [...textOperators, ...listOperators] : textOperators;
    default:
      return [...textOperators, ...nullOperators];
  }
}

const isNumber = ({ entity, key }: { entity: Condition['entity']; key: string }, kind: SearchKind) =>
  entity === 'metric' || (entity === 'attribute' && kind.numbers.has(key));

function valueOf({ key, value }: Comparison, number: boolean): Condition['value'] {
  if (number && typeof value !== 'number')
    throw bad(`Expected numeric value type for '${key}'. Found '${String(value)}'.`);
  if (!number && typeof value === 'number')
    throw bad(`Expected a quoted string value for '${key}' (e.g. 'my-value'). Got value ${value}.`);
  return value;
}

function checkId(id: string): void {
  if (!/^-?\d{1,15}$/.test(id)) throw bad(`Invalid experiment ID '${id}'. Experiment ID must be a valid integer.`);
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const bad = (message: string) => new BenchmateError('BAD_REQUEST', message);
