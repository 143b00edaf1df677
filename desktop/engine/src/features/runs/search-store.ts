import type { Sqlite } from '../../storage/database.ts';
import { StatementCache } from '../../storage/statement-cache.ts';
import type { Condition, Order, ViewType } from '../search/condition.ts';
import { pageOf, type Page, type PageStart } from '../search/page.ts';
import { and, lifecycleClause, type Sql } from '../search/sql.ts';
import { indexed } from './search-index.ts';
import { keyIdOfText, lastOrder, runClause, runOrder, type OrderTerm } from './search-sql.ts';

export interface RunQuery extends PageStart {
  experimentIds: readonly string[];
  conditions: readonly Condition[];
  order: readonly Order[];
  view: ViewType;
  limit: number;
}

/** So few runs, with so few values, are read at once and without looking for an index. */
const fewRuns = 100;
const fewValues = 4000;
/** A condition with so few hits is as good as any; with so many it narrows nothing. */
const fewHits = 500;
const manyHits = 20_000;

interface Slice {
  limit: number;
  offset: number;
}

/** Searches of runs: conditions and the first order are answered by an index where there is one. */
export class RunSearch {
  readonly #statements: StatementCache;

  constructor(db: Sqlite) {
    this.#statements = new StatementCache(db);
  }

  /** The `run_no` of what is found. */
  page(query: RunQuery): Page<number> {
    const upTo = query.upTo ?? this.#newest();
    return pageOf(this.search({ ...query, upTo, limit: query.limit + 1 }), query, upTo);
  }

  search(query: RunQuery): number[] {
    const scope = scopeOf(query);
    const driver = this.#driver(query);
    const where = and([scope, ...query.conditions.map(runClause)]);
    const [first, ...rest] = query.order;
    if (first?.entity === 'metric' && !driver) return this.#byMetric(first, rest.flatMap(runOrder), where, query);
    const order = [...query.order.flatMap(runOrder), ...lastOrder];
    const from = driver ? `(${driver.text}) d CROSS JOIN run r ON r.run_no = d.run_no` : 'run r';
    const sql = `SELECT r.run_no FROM ${from} WHERE ${where.text} ORDER BY ${orderText(order)} LIMIT ? OFFSET ?`;
    const params = [...(driver ? [driver] : []), where, ...order].flatMap(({ params }) => params);
    return this.#runNos(sql, [...params, query.limit, query.offset]);
  }

  #newest(): number {
    return this.#number('SELECT ifnull(max(run_no), 0) FROM run', []);
  }

  /** Whether few runs with few metrics are in the experiments. */
  isSmall(experimentIds: readonly string[]): boolean {
    if (!this.#isWithin(experimentIds, fewRuns)) return false;
    const { text, params } = inExperiments(experimentIds);
    const sql = `SELECT 1 FROM run r CROSS JOIN latest_metric l USING (run_no) WHERE ${text} LIMIT 1 OFFSET ${fewValues}`;
    return this.#statements.prepare(sql).get(...params) === undefined;
  }

  /** Whether the experiments hold so many runs at most, whatever their stage. */
  #isWithin(experimentIds: readonly string[], runs: number): boolean {
    const { text, params } = inExperiments(experimentIds);
    const sql = `SELECT 1 FROM run r WHERE ${text} LIMIT 1 OFFSET ${runs}`;
    return this.#statements.prepare(sql).get(...params) === undefined;
  }

  /** The condition that an index answers with the fewest runs: only they are looked at. Null when none narrows enough. */
  #driver({ experimentIds, conditions }: RunQuery): Sql | null {
    const found = conditions.map(indexed).filter(sql => sql !== null);
    if (found.length === 0 || this.#isWithin(experimentIds, fewRuns)) return null;
    let best: Sql | null = null;
    let fewest = manyHits;
    for (const sql of found.toSorted((a, b) => a.params.length - b.params.length)) {
      if (fewest <= fewHits) break;
      const hits = this.#number(`SELECT count(*) FROM (${sql.text} LIMIT ?)`, [...sql.params, fewest]);
      if (hits < fewest) [best, fewest] = [sql, hits];
    }
    return best;
  }

  /** Numbers by the index, then NaN, then runs without the metric: what the page does not reach is not looked at. */
  #byMetric({ key, ascending }: Order, rest: readonly OrderTerm[], where: Sql, { limit, offset }: Slice): number[] {
    const last = [...rest, ...lastOrder];
    const value: OrderTerm = { text: 'l.value', params: [], direction: ascending ? 'ASC' : 'DESC' };
    const absent = {
      text: `NOT EXISTS (SELECT 1 FROM latest_metric l WHERE l.run_no = r.run_no AND l.key_id = ${keyIdOfText})`,
      params: [key],
    };
    const bands = [
      latestBand(key, 0, where, [value, ...last]),
      latestBand(key, 1, where, last),
      band('run r', and([where, absent]), last),
    ];
    const found: number[] = [];
    let skip = offset;
    for (const { sql, params, orders } of bands) {
      if (found.length === limit) break;
      const page = this.#runNos(`${sql} ORDER BY ${orders} LIMIT ? OFFSET ?`, [...params, limit - found.length, skip]);
      found.push(...page);
      if (page.length > 0) skip = 0;
      else if (skip > 0) skip -= this.#number(`SELECT count(*) FROM (${sql})`, params);
    }
    return found;
  }

  #runNos(sql: string, params: readonly (string | number)[]): number[] {
    return this.#statements
      .prepare(sql)
      .pluck()
      .all(...params) as number[];
  }

  #number(sql: string, params: readonly (string | number)[]): number {
    return this.#statements
      .prepare(sql)
      .pluck()
      .get(...params) as number;
  }
}

function scopeOf({ experimentIds, view, upTo }: RunQuery): Sql {
  const clauses = [inExperiments(experimentIds), { text: lifecycleClause('r.lifecycle', view), params: [] }];
  // The plus keeps SQLite from walking the table by this.
  return and(upTo === null ? clauses : [...clauses, { text: '+r.run_no <= ?', params: [upTo] }]);
}

/** One experiment is an equality, which lets the index give its runs in order. */
function inExperiments(experimentIds: readonly string[]): Sql {
  const [only] = experimentIds;
  if (experimentIds.length === 1 && only !== undefined)
    return { text: 'r.experiment_id = CAST(? AS INTEGER)', params: [only] };
  return {
    text: 'r.experiment_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))',
    params: [JSON.stringify(experimentIds)],
  };
}

/** Runs with a latest value: those that ended come from the index in order, the live ones are few and sorted. */
function latestBand(key: string, nan: 0 | 1, where: Sql, order: readonly OrderTerm[]) {
  const [ended, live] = ([1, 0] as const).map(settled =>
    band(
      'latest_metric l CROSS JOIN run r ON r.run_no = l.run_no',
      and([{ text: `l.settled = ${settled} AND l.key_id = ${keyIdOfText} AND l.nan = ${nan}`, params: [key] }, where]),
      order,
    ),
  );
  return {
    sql: `${ended!.sql} UNION ALL ${live!.sql}`,
    params: [...ended!.params, ...live!.params],
    orders: ended!.orders,
  };
}

function band(from: string, where: Sql, order: readonly OrderTerm[]) {
  const columns = order.map(({ text }, index) => `${text} AS o${index}`);
  return {
    sql: `SELECT r.run_no AS runNo, ${columns.join(', ')} FROM ${from} WHERE ${where.text}`,
    params: [...order.flatMap(({ params }) => params), ...where.params],
    orders: order.map(({ direction }, index) => `o${index} ${direction}`).join(', '),
  };
}

const orderText = (order: readonly OrderTerm[]) =>
  order.map(({ text, direction }) => `${text} ${direction}`).join(', ');
