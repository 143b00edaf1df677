import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore, type Store } from '../../storage/database.ts';
import type { LoggedPoint } from './point.ts';
import { MetricsStore } from './store.ts';

const point: fc.Arbitrary<LoggedPoint> = fc.record({
  key: fc.constantFrom('loss', 'accuracy', 'lr'),
  step: fc.integer({ min: -2, max: 2 }),
  timestamp: fc.integer({ min: 0, max: 2 }),
  value: fc.constantFrom(-1, 0, 1, NaN, Infinity, -Infinity),
});

const insertAll = (batches: readonly (readonly LoggedPoint[])[]): Store => {
  const store = openStore(':memory:');
  const metrics = new MetricsStore(store.db);
  for (const batch of batches) metrics.insert(1, batch);
  return store;
};
/** By key: ids depend on the order in which keys were seen. */
const contentOf = (store: Store) =>
  ['metric', 'latest_metric'].map(table =>
    store.db
      .prepare(
        `SELECT key, t.* FROM ${table} t JOIN metric_key USING (key_id) ORDER BY key, step, timestamp, value, nan`,
      )
      .all(),
  );

test('a batch leaves what its points leave one by one, whatever their order, and again changes nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.array(point, { maxLength: 150 }), { maxLength: 4 }), batches => {
      const together = insertAll([...batches, ...batches]);
      const oneByOne = insertAll(batches.flat().map(only => [only]));
      try {
        const [points, latest] = contentOf(together);
        expect(points).toEqual(contentOf(oneByOne)[0]);
        expect(withoutNan(latest!)).toEqual(withoutNan(contentOf(oneByOne)[1]!));
      } finally {
        together.close();
        oneByOne.close();
      }
    }),
    { numRuns: 60 },
  );
});

/** Of a NaN and a 0 at one step and time, MLflow takes either. */
const withoutNan = (rows: unknown[]) => rows.map(row => ({ ...(row as object), nan: 0 }));
