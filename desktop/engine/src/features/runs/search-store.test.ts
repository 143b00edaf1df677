import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TurnedClock } from '../../host/turned-clock.ts';
import type { Condition, Order } from '../search/condition.ts';
import { matches } from '../search/match.ts';
import type { RunRecord } from './run-record.ts';
import { RunSearch, type RunQuery } from './search-store.ts';
import { emptyRun, openTracking } from './testing.ts';

let tracking: ReturnType<typeof openTracking<TurnedClock>>;
let search: RunSearch;
beforeEach(() => {
  tracking = openTracking(new TurnedClock());
  search = new RunSearch(tracking.store.db);
});
afterEach(() => tracking.store.close());

const everything: RunQuery = {
  experimentIds: ['0'],
  conditions: [],
  order: [],
  view: 'ACTIVE_ONLY',
  limit: 1000,
  offset: 0,
  upTo: null,
};
const values = [NaN, Infinity, -Infinity, -1, 0, 0.5, 2];

/** More runs than are read without an index: some ended, some live, some deleted, some without the metric. */
async function fill(count: number): Promise<RunRecord[]> {
  const { runs } = tracking;
  const made: string[] = [];
  for (let index = 0; index < count; index++) {
    const { runId } = await runs.create({ ...emptyRun, startTime: 1 + (index % 11) });
    made.push(runId);
    const metrics = [
      { key: 'm', value: values[index % 8], timestamp: 0, step: 0 },
      { key: 'n', value: index % 5, timestamp: 0, step: 0 },
    ].flatMap(({ value, ...metric }) => (value === undefined ? [] : [{ ...metric, value }]));
    const params = index % 3 === 0 ? [] : [{ key: 'p', value: `v${index % 6}` }];
    await runs.logBatch(runId, { metrics, params, tags: [{ key: 't', value: 'x'.repeat(index % 4 === 0 ? 200 : 2) }] });
    if (index % 3 > 0) await runs.update(runId, { status: 'FINISHED', endTime: 1, name: null });
    if (index % 10 === 9) await runs.setLifecycle(runId, 'deleted');
  }
  return runs.many(made).filter(({ lifecycle }) => lifecycle === 'active');
}

const valueOf = (run: RunRecord, { entity, key }: Pick<Condition, 'entity' | 'key'>) =>
  entity === 'metric'
    ? run.metrics.find(metric => metric.key === key)?.value
    : run[entity === 'param' ? 'params' : 'tags'].find(pair => pair.key === key)?.value;

/** Brute force over runs in memory. */
function expected(all: readonly RunRecord[], { conditions, order }: Pick<RunQuery, 'conditions' | 'order'>): string[] {
  const kept = all.filter(run => conditions.every(condition => matches(valueOf(run, condition), condition)));
  const place = (value: string | number | undefined) => (value === undefined ? 2 : Number.isNaN(value) ? 1 : 0);
  const compare = (a: RunRecord, b: RunRecord): number => {
    for (const by of order) {
      const [x, y] = [valueOf(a, by), valueOf(b, by)];
      if (place(x) !== place(y)) return place(x) - place(y);
      if (place(x) !== 0 || x === y) continue;
      const isLess = x! < y!;
      return isLess === by.ascending ? -1 : 1;
    }
    return b.startTime - a.startTime || (a.runId < b.runId ? -1 : 1);
  };
  return kept.toSorted(compare).map(({ runId }) => runId);
}

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    entity: fc.constant('metric' as const),
    key: fc.constantFrom('m', 'n', 'never logged'),
    operator: fc.constantFrom('=' as const, '!=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
    value: fc.constantFrom(-1, 0, 0.5, 1, 3),
  }),
  fc
    .record({
      entity: fc.constantFrom('param' as const, 'tag' as const),
      key: fc.constantFrom('p', 't'),
      operator: fc.constantFrom('=' as const, '!=' as const, 'IN' as const, 'NOT IN' as const),
      value: fc.constantFrom('v1', 'v2', 'xx', 'x'.repeat(200)),
    })
    .map(({ value, ...rest }) => ({ ...rest, value: rest.operator.endsWith('IN') ? [value, 'v4'] : value })),
);
const order: fc.Arbitrary<Order> = fc.record({
  entity: fc.constantFrom('metric' as const, 'param' as const),
  key: fc.constantFrom('m', 'n', 'p'),
  ascending: fc.boolean(),
});

describe('a search of many runs', () => {
  test('finds and orders as brute force does, page by page', async () => {
    const all = await fill(240);
    const rows = tracking.store.db.prepare<[], [number, string]>('SELECT run_no, run_id FROM run').raw().all();
    const idOf = new Map(rows);
    fc.assert(
      fc.property(
        fc.array(condition, { maxLength: 3 }),
        fc.array(order, { maxLength: 2 }),
        fc.constantFrom(7, 50, 1000),
        (conditions, order, limit) => {
          const found: string[] = [];
          for (let offset = 0; ; offset += limit) {
            const page = search.search({ ...everything, conditions, order, limit, offset });
            found.push(...page.map(runNo => idOf.get(runNo)!));
            if (page.length < limit) break;
          }
          expect(found).toEqual(expected(all, { conditions, order }));
        },
      ),
      { numRuns: 400, seed: 8 },
    );
  });

  test('is answered by indexes: the order by a metric, and what narrows a search', () => {
    const { db } = tracking.store;
    const plans: string[] = [];
    const watched = new Proxy(db, {
      get: (target, name) => {
        if (name !== 'prepare') return Reflect.get(target, name) as unknown;
        return (sql: string) => {
          const marks = sql.match(/\?/g)?.length ?? 0;
          const explain = target.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
          plans.push(...explain.all(...Array.from({ length: marks }, () => '1')).map(({ detail }) => detail));
          return target.prepare(sql);
        };
      },
    });
    db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO run (run_id, experiment_id, name, user_id, status, start_time, artifact_uri)
      SELECT 'r' || i, 0, 'r', 'u', 'FINISHED', i, '' FROM n`);
    const order = [{ entity: 'metric', key: 'm', ascending: false }] as const;
    new RunSearch(watched).search({ ...everything, order });
    expect(plans.join('\n')).toContain('SEARCH l USING COVERING INDEX latest_metric_settled (key_id=? AND nan=?)');
    plans.length = 0;
    const conditions = [
      { entity: 'param', key: 'p', operator: '=', value: 'v' },
      { entity: 'metric', key: 'm', operator: '>', value: 1 },
    ] as const;
    new RunSearch(watched).search({ ...everything, conditions });
    expect(plans.join('\n')).toContain('SEARCH param USING COVERING INDEX param_by_value (key=? AND value=?)');
    plans.length = 0;
    new RunSearch(watched).search({ ...everything, conditions: conditions.slice(1) });
    expect(plans.join('\n')).toContain('latest_metric_settled (key_id=? AND nan=? AND value>?)');
  });
});
