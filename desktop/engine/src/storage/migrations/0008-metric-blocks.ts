import type { Migration } from '../migrate.ts';

/**
 * `metric` is the tail of a series: its newest points, one row each. Older points live in `metric_block`, up to 4,096 in
 * a row; blocks of one series do not overlap (order: step, timestamp, value, nan). `extremes` are the few points of a
 * block that a chart needs when the whole block falls into one of its columns.
 *
 * `settled` 1 are latest values of runs that ended: they are indexed by value for searches. A live run pays for no index.
 * Params and tags are indexed by value where it is short enough to be searched for.
 */
export const metricBlocks: Migration = {
  id: 8,
  name: 'metric blocks and search indexes',
  sql: `
    CREATE TABLE metric_block (
      run_no INTEGER NOT NULL,
      key_id INTEGER NOT NULL,
      first_step INTEGER NOT NULL,
      first_timestamp INTEGER NOT NULL,
      first_value REAL NOT NULL,
      first_nan INTEGER NOT NULL,
      last_step INTEGER NOT NULL,
      last_timestamp INTEGER NOT NULL,
      last_value REAL NOT NULL,
      last_nan INTEGER NOT NULL,
      count INTEGER NOT NULL,
      extremes BLOB NOT NULL,
      points BLOB NOT NULL,
      PRIMARY KEY (run_no, key_id, first_step, first_timestamp, first_value, first_nan)
    ) STRICT;
    ALTER TABLE latest_metric ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
    UPDATE latest_metric SET settled = 1
      WHERE run_no IN (SELECT run_no FROM run WHERE status NOT IN ('RUNNING', 'SCHEDULED'));
    CREATE INDEX latest_metric_settled ON latest_metric (key_id, nan, value) WHERE settled = 1;
    CREATE INDEX latest_metric_live ON latest_metric (key_id) WHERE settled = 0;
    CREATE INDEX param_by_value ON param (key, value) WHERE length(value) <= 128;
    CREATE INDEX tag_by_value ON tag (key, value) WHERE length(value) <= 128;
  `,
};
