import type { Sqlite, Statement } from '../../storage/database.ts';

/** Rows that one statement takes: more make it no faster. */
const mostRows = 64;

/** Inserts any number of rows: a statement for many rows costs half of as many statements for one. */
export class RowInserts {
  readonly #columns: number;
  readonly #one: Statement;
  readonly #many: Statement;

  /** `sql` is given what stands after VALUES. */
  constructor(db: Sqlite, columns: number, sql: (rows: string) => string) {
    const row = `(${Array.from({ length: columns }, () => '?').join(', ')})`;
    this.#columns = columns;
    this.#one = db.prepare(sql(row));
    this.#many = db.prepare(sql(Array.from({ length: mostRows }, () => row).join(', ')));
  }

  /** The values of all rows, one row after the other. */
  run(values: readonly number[]): void {
    const size = mostRows * this.#columns;
    let at = 0;
    for (; at + size <= values.length; at += size) this.#many.run(values.slice(at, at + size));
    for (; at < values.length; at += this.#columns) this.#one.run(values.slice(at, at + this.#columns));
  }
}
