import type { Migration } from '../migrate.ts';

/**
 * `event_cause`: what happened, written by the transaction that did it, while somebody (`event_wanted`: webhooks, and clients
 * that watch) wants to hear of it. The engine makes events of it and removes it. `subject`: `feed_entry.arrival`,
 * `run.run_no` or `job.seq`. `webhook_delivery`: the outbox, in order; `next_at` may lie far ahead when the clock was set.
 */
export const webhooks: Migration = {
  id: 11,
  name: 'webhooks',
  sql: `
    CREATE TABLE webhook (
      webhook_id TEXT PRIMARY KEY,
      url TEXT NOT NULL,
      events TEXT NOT NULL, -- JSON array; empty: all
      allow_private INTEGER NOT NULL,
      device TEXT NOT NULL, -- whose key its secret is derived from
      created_at INTEGER NOT NULL,
      off TEXT -- why; null while it is on
    ) STRICT;
    CREATE TABLE webhook_delivery (
      delivery_no INTEGER PRIMARY KEY AUTOINCREMENT,
      webhook_id TEXT NOT NULL REFERENCES webhook,
      message_id TEXT NOT NULL,
      type TEXT NOT NULL,
      body TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
      attempts INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL,
      next_at INTEGER,
      ended_at INTEGER,
      status INTEGER,
      problem TEXT NOT NULL DEFAULT '',
      UNIQUE (webhook_id, message_id)
    ) STRICT;
    CREATE INDEX webhook_delivery_waiting ON webhook_delivery (webhook_id, delivery_no) WHERE state = 'waiting';
    CREATE TABLE event_wanted (who TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE event_cause (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL CHECK (kind IN ('entry', 'run', 'job')),
      subject INTEGER NOT NULL,
      state TEXT NOT NULL -- of the run or job then
    ) STRICT;
    CREATE TRIGGER event_of_entry AFTER INSERT ON feed_entry WHEN EXISTS (SELECT 1 FROM event_wanted) BEGIN
      INSERT INTO event_cause (kind, subject, state) VALUES ('entry', NEW.arrival, '');
    END;
    CREATE TRIGGER event_of_run AFTER UPDATE OF status ON run
      WHEN NEW.status IN ('FINISHED', 'FAILED', 'KILLED') AND OLD.status <> NEW.status
        AND EXISTS (SELECT 1 FROM event_wanted) BEGIN
      INSERT INTO event_cause (kind, subject, state) VALUES ('run', NEW.run_no, NEW.status);
    END;
    CREATE TRIGGER event_of_job AFTER UPDATE OF state ON job
      WHEN NEW.state IN ('failed', 'lost') AND OLD.state <> NEW.state AND EXISTS (SELECT 1 FROM event_wanted) BEGIN
      INSERT INTO event_cause (kind, subject, state) VALUES ('job', NEW.seq, NEW.state);
    END;
  `,
};
