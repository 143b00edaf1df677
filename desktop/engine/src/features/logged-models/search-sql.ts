import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Condition } from '../search/condition.ts';
import { compare, compareNumber, keyed, type Sql } from '../search/sql.ts';

/** A dataset that a metric must have been measured on. Digest null: any. */
export interface DatasetFilter {
  name: string;
  digest: string | null;
}

export interface ModelOrder {
  /** An attribute, or `metrics.<key>`. */
  field: string;
  ascending: boolean;
  dataset: { name: string | null; digest: string | null };
}

/** The order of MLflow's numbers for them. */
const statusRank = "CASE m.status WHEN 'PENDING' THEN 1 WHEN 'READY' THEN 2 ELSE 3 END";

/** Attribute → column of `logged_model m`. */
const columns: Readonly<Record<string, string>> = {
  name: 'm.name',
  model_id: 'm.model_id',
  model_type: 'm.model_type',
  status: 'm.status',
  source_run_id: 'm.source_run_id',
  creation_timestamp: 'm.created_at',
  creation_time: 'm.created_at',
  last_updated_timestamp: 'm.updated_at',
  last_updated_time: 'm.updated_at',
};

export function modelClauses(conditions: readonly Condition[], datasets: readonly DatasetFilter[]): Sql[] {
  const clauses = conditions.map(condition => modelClause(condition, datasets));
  // Without a condition on a metric, any metric on one of the datasets will do.
  if (datasets.length > 0 && !conditions.some(({ entity }) => entity === 'metric')) {
    const on = onDatasets(datasets);
    const text = `EXISTS (SELECT 1 FROM logged_model_metric t WHERE t.model_id = m.model_id AND ${on.text})`;
    clauses.push({ text, params: on.params });
  }
  return clauses;
}

export function modelOrder({ field, ascending, dataset }: ModelOrder): Sql {
  const direction = ascending ? 'ASC' : 'DESC';
  if (!field.startsWith('metrics.')) {
    const column = field === 'status' ? statusRank : columns[field];
    if (!column) throw new BenchmateError('BAD_REQUEST', `Invalid order by field name: ${field}.`);
    return { text: `${column} IS NULL, ${column} ${direction}`, params: [] };
  }
  const value = `(SELECT CASE WHEN t.nan <> 1 THEN t.value END FROM logged_model_metric t WHERE t.model_id = m.model_id
    AND t.key = ? AND (? IS NULL OR t.dataset_name = ?) AND (? IS NULL OR t.dataset_digest = ?)
    ORDER BY t.timestamp DESC, t.step DESC, t.run_id LIMIT 1)`;
  const params = [field.slice('metrics.'.length), dataset.name, dataset.name, dataset.digest, dataset.digest];
  return { text: `${value} IS NULL, ${value} ${direction}`, params: [...params, ...params] as string[] };
}

function modelClause(condition: Condition, datasets: readonly DatasetFilter[]): Sql {
  const { entity, key, operator, value } = condition;
  switch (entity) {
    case 'attribute':
      return compare(columns[key] ?? 'NULL', operator, value);
    case 'param':
    case 'tag':
      return keyed(`logged_model_${entity}`, 'model_id', 'm.model_id', condition);
    case 'metric': {
      const on = onDatasets(datasets);
      const test = compareNumber('t', operator, value);
      return {
        text: `EXISTS (SELECT 1 FROM logged_model_metric t WHERE t.model_id = m.model_id AND t.key = ? AND ${on.text} AND ${test.text})`,
        params: [key, ...on.params, ...test.params],
      };
    }
    case 'dataset':
      throw new BenchmateError('BAD_REQUEST', 'Logged models have no dataset of their own: use `datasets`.');
  }
}

function onDatasets(datasets: readonly DatasetFilter[]): Sql {
  if (datasets.length === 0) return { text: '1', params: [] };
  const one = ({ digest }: DatasetFilter) =>
    digest === null ? 't.dataset_name = ?' : '(t.dataset_name = ? AND t.dataset_digest = ?)';
  return {
    text: `(${datasets.map(one).join(' OR ')})`,
    params: datasets.flatMap(({ name, digest }) => (digest === null ? [name] : [name, digest])),
  };
}
