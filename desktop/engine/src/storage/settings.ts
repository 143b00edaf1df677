import type { Database } from 'better-sqlite3';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** What a connection must be set to, and what SQLite answers when it is. */
const settings: readonly [pragma: string, value: string | number, answer: string | number][] = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'NORMAL', 1], // the sync of a commit runs beside the event loop: see WriteAheadLog
  ['foreign_keys', 'ON', 1],
  ['busy_timeout', 5000, 5000],
  ['trusted_schema', 'OFF', 0], // a planted schema may call nothing
  ['cell_size_check', 'ON', 1], // a damaged page is noticed when it is read, not when it has spread
  ['mmap_size', 0, 0], // a failing disk answers with an error, not with a signal
  ['wal_autocheckpoint', 1000, 1000],
  ['journal_size_limit', 67_108_864, 67_108_864],
];

/** Sets a writing connection up and reads every setting back: SQLite passes over what it does not know or cannot do. */
export function applySettings(db: Database): void {
  for (const [pragma, value, expected] of settings) {
    db.pragma(`${pragma} = ${value}`);
    const answer: unknown = db.pragma(pragma, { simple: true });
    if (answer !== expected && !db.memory) throw notSet(pragma, expected, answer);
  }
}

function notSet(pragma: string, expected: unknown, answer: unknown): BenchmateError {
  return new BenchmateError(
    'TOOL_MISSING',
    `SQLite does not keep the setting ${pragma} (${String(answer)} instead of ${String(expected)}).`,
    pragma === 'journal_mode'
      ? 'Choose a folder on a disk of this machine with --data-dir.'
      : 'Install the packages again with `npm ci`.',
  );
}
