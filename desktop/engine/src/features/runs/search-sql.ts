import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Condition, Order } from '../search/condition.ts';
import { compare, compareNumber, keyed, type Sql } from '../search/sql.ts';

/** Attribute → column of `run r`. */
const columns: Readonly<Record<string, string>> = {
  run_id: 'r.run_id',
  run_name: 'r.name',
  user_id: 'r.user_id',
  status: 'r.status',
  start_time: 'r.start_time',
  end_time: 'r.end_time',
  artifact_uri: 'r.artifact_uri',
};

/** The id of a metric's key, read once for a whole query. */
export const keyIdOfText = '(SELECT key_id FROM metric_key WHERE key = ?)';

export function runClause(condition: Condition): Sql {
  const { entity, key, operator, value } = condition;
  switch (entity) {
    case 'attribute':
      return compare(columnOf(key), operator, value);
    case 'param':
    case 'tag':
      return keyed(entity, 'run_no', 'r.run_no', condition);
    case 'metric': {
      const test = compareNumber('l', operator, value);
      return {
        text: `EXISTS (SELECT 1 FROM latest_metric l WHERE l.run_no = r.run_no AND l.key_id = ${keyIdOfText} AND ${test.text})`,
        params: [key, ...test.params],
      };
    }
    case 'dataset':
      return datasetClause(condition);
  }
}

/** One thing to sort by. */
export interface OrderTerm extends Sql {
  direction: 'ASC' | 'DESC';
}

/** What sorts runs that no other order tells apart. */
export const lastOrder: readonly OrderTerm[] = [
  { text: 'r.start_time', params: [], direction: 'DESC' },
  { text: 'r.run_id', params: [], direction: 'ASC' },
];

/** What to sort by, absent values last and NaN before them, whichever way. */
export function runOrder({ entity, key, ascending }: Order): OrderTerm[] {
  const direction = ascending ? 'ASC' : 'DESC';
  if (entity === 'attribute') {
    const column = columnOf(key);
    return [
      { text: `${column} IS NULL`, params: [], direction: 'ASC' },
      { text: column, params: [], direction },
    ];
  }
  if (entity === 'metric') {
    return [
      { text: `ifnull(${latest('l.nan')}, 2)`, params: [key], direction: 'ASC' },
      { text: latest('l.value'), params: [key], direction },
    ];
  }
  if (entity === 'dataset') throw new BenchmateError('BAD_REQUEST', 'Runs cannot be ordered by a dataset.');
  const value = `(SELECT value FROM ${entity} t WHERE t.run_no = r.run_no AND t.key = ?)`;
  return [
    { text: `${value} IS NULL`, params: [key], direction: 'ASC' },
    { text: value, params: [key], direction },
  ];
}

const latest = (column: string) =>
  `(SELECT ${column} FROM latest_metric l WHERE l.run_no = r.run_no AND l.key_id = ${keyIdOfText})`;

function datasetClause({ key, operator, value }: Condition): Sql {
  const link = 'SELECT 1 FROM run_dataset i JOIN dataset d USING (dataset_no)';
  if (key === 'context') {
    const test = compare("json_extract(c.value, '$.value')", operator, value);
    return {
      text: `EXISTS (${link}, json_each(i.tags) c WHERE i.run_no = r.run_no
        AND json_extract(c.value, '$.key') = 'mlflow.data.context' AND ${test.text})`,
      params: test.params,
    };
  }
  const test = compare(key === 'name' ? 'd.name' : 'd.digest', operator, value);
  return { text: `EXISTS (${link} WHERE i.run_no = r.run_no AND ${test.text})`, params: test.params };
}

function columnOf(key: string): string {
  const column = columns[key];
  if (!column) throw new BenchmateError('BAD_REQUEST', `Invalid attribute key '${key}'.`);
  return column;
}
