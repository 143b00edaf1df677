import type { Condition } from '../search/condition.ts';
import { compare, type Sql } from '../search/sql.ts';
import { keyIdOfText } from './search-sql.ts';

/** Params and tags are indexed up to this length. */
const indexedLength = 128;

/** The `run_no` of all runs that meet a condition, straight from an index; null when no index answers it. */
export function indexed(condition: Condition): Sql | null {
  const { entity, key, operator, value } = condition;
  if (entity === 'metric') {
    if (!['=', '<', '<=', '>', '>='].includes(operator)) return null;
    const test = compare('value', operator, value);
    const part = (settled: 0 | 1) =>
      `SELECT run_no FROM latest_metric WHERE settled = ${settled} AND key_id = ${keyIdOfText} AND nan = 0 AND ${test.text}`;
    const params = [key, ...test.params];
    return { text: `SELECT run_no FROM (${part(1)} UNION ALL ${part(0)})`, params: [...params, ...params] };
  }
  if ((entity !== 'param' && entity !== 'tag') || (operator !== '=' && operator !== 'IN')) return null;
  if ([value].flat().some(text => String(text).length > indexedLength)) return null;
  const test = compare('value', operator, value);
  return {
    text: `SELECT run_no FROM ${entity} WHERE key = ? AND length(value) <= ${indexedLength} AND ${test.text}`,
    params: [key, ...test.params],
  };
}
