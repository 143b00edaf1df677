import type { Migration } from '../migrate.ts';

/**
 * A tile holds, of one block (level 0) or of 16 tiles of the level below, the extremes of about 256 columns of a chart:
 * columns 2 to the power of `exponent` steps wide, at multiples of that; null is one column for everything. Tiles of one level
 * do not overlap. They are made from blocks and may be missing anywhere. `in_time_order`: timestamps never go back.
 *
 * `nan` is 1 for NaN and, in `metric` and the tables made from it, 2 for minus zero, which SQLite does not keep either.
 */
export const metricTiles: Migration = {
  id: 10,
  name: 'metric tiles',
  sql: `
    CREATE TABLE metric_tile (
      run_no INTEGER NOT NULL,
      key_id INTEGER NOT NULL,
      level INTEGER NOT NULL,
      first_step INTEGER NOT NULL,
      first_timestamp INTEGER NOT NULL,
      first_value REAL NOT NULL,
      first_nan INTEGER NOT NULL,
      last_step INTEGER NOT NULL,
      last_timestamp INTEGER NOT NULL,
      last_value REAL NOT NULL,
      last_nan INTEGER NOT NULL,
      count INTEGER NOT NULL,
      in_time_order INTEGER NOT NULL,
      exponent INTEGER,
      points BLOB NOT NULL,
      PRIMARY KEY (run_no, key_id, level, first_step, first_timestamp, first_value, first_nan)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE latest_metric ADD COLUMN minus_zero INTEGER NOT NULL DEFAULT 0;
  `,
};
