import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../storage/database.ts';
import { MetricsStore } from './store.ts';

test('a key that was rolled back with its first points is no key any more: later points get one of their own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchmate-rollback-'));
  const store = openStore(join(folder, 'benchmate.db'));
  try {
    const metrics = new MetricsStore(store.db);
    store.onRollback(() => metrics.forget());
    store.db.exec(
      'CREATE TABLE late (id INTEGER PRIMARY KEY, other INTEGER REFERENCES late DEFERRABLE INITIALLY DEFERRED)',
    );
    const points = (key: string) => [0, 1, 2].map(step => ({ key, step, timestamp: 1, value: step }));
    // As on a full disk: the commit fails, after the key was read inside it.
    const commit = store.write(() => {
      metrics.insert(1, points('lost'));
      metrics.insert(1, points('lost'));
      store.db.exec('INSERT INTO late VALUES (1, 7)');
    });
    await expect(commit).rejects.toThrow(/FOREIGN KEY/);
    await store.write(() => metrics.insert(1, points('other')));
    await store.write(() => metrics.insert(1, points('lost')));
    const rows = store.db
      .prepare(
        'SELECT k.key, count(*) AS points FROM metric m LEFT JOIN metric_key k USING (key_id) GROUP BY k.key ORDER BY k.key',
      )
      .all();
    expect(rows).toEqual([
      { key: 'lost', points: 3 },
      { key: 'other', points: 3 },
    ]);
  } finally {
    store.close();
    rmSync(folder, { recursive: true });
  }
});
