import type { Sqlite, Statement } from './database.ts';

const most = 64;

/** Keeps the statements of texts that are put together while running: SQLite compiles a search as long as it runs it. */
export class StatementCache {
  readonly #db: Sqlite;
  /** By text, the one that was used last at the end. */
  readonly #statements = new Map<string, Statement>();

  constructor(db: Sqlite) {
    this.#db = db;
  }

  prepare(sql: string): Statement {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.delete(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > most) this.#statements.delete(this.#statements.keys().next().value!);
    return statement;
  }
}
