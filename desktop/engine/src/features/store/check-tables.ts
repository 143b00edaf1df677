import type { Finding } from '@benchmate/shared/domain/store-task';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Sqlite } from '../../storage/database.ts';
import { restoreHint, type Checked } from './checked.ts';

const most = 20;

/** Every page, every index, every constraint: SQLite's own check. */
export function checkPages(db: Sqlite): Checked {
  const lines = db.prepare(`PRAGMA integrity_check(${most})`).pluck().all() as string[];
  const wrong = lines.filter(line => line !== 'ok');
  return {
    looked: db.pragma('page_count', { simple: true }) as number,
    findings: wrong.map(line => ({
      severity: 'error',
      what: `The database is damaged: ${line}.`,
      nextStep: restoreHint,
    })),
  };
}

/** Throws DATA_DAMAGED when a page is not as SQLite left it; indexes are not compared with their tables. */
export function quickCheck(db: Sqlite): void {
  const answer = db.pragma('quick_check(1)', { simple: true });
  if (answer !== 'ok')
    throw new BenchmateError(
      'DATA_DAMAGED',
      `The database is damaged: ${String(answer)}.`,
      'Run `benchmate store check`.',
    );
}

/** Rows that point to a row that is not there, by declared keys and by number of the run. */
export function checkReferences(db: Sqlite): Checked {
  const declared = db.pragma('foreign_key_check') as { table: string; parent: string; rowid: number | null }[];
  const byTable = Map.groupBy(declared, ({ table, parent }) => `${table} to ${parent}`);
  const findings: Finding[] = [...byTable].map(([what, rows]) => lost(rows.length, what));
  const tables = tablesOfRuns(db);
  for (const table of tables) {
    const sql = `SELECT count(*) FROM (SELECT DISTINCT run_no FROM ${table}) WHERE run_no NOT IN (SELECT run_no FROM run)`;
    const count = db.prepare(sql).pluck().get() as number;
    if (count > 0) findings.push(lost(count, `${table} to run`));
  }
  const without = db
    .prepare(
      `SELECT count(*) FROM (SELECT DISTINCT run_no, key_id FROM metric) m
       WHERE NOT EXISTS (SELECT 1 FROM latest_metric l WHERE l.run_no = m.run_no AND l.key_id = m.key_id)`,
    )
    .pluck()
    .get() as number;
  if (without > 0)
    findings.push({ severity: 'error', what: `${without} series have no latest value.`, nextStep: restoreHint });
  return { looked: tables.length, findings };
}

/** Tables whose rows belong to a run, whatever version made them. */
export function tablesOfRuns(db: Sqlite): string[] {
  return db
    .prepare(
      `SELECT s.name FROM sqlite_schema s, pragma_table_info(s.name) c
       WHERE s.type = 'table' AND c.name = 'run_no' AND s.name <> 'run'`,
    )
    .pluck()
    .all() as string[];
}

export const countRuns = (db: Sqlite): number => db.prepare('SELECT count(*) FROM run').pluck().get() as number;

const lost = (count: number, what: string): Finding => ({
  severity: 'error',
  what: `${count} references from ${what} lead nowhere.`,
  nextStep: restoreHint,
});
