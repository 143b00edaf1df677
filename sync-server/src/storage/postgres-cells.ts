import type { Cell, Cells } from './ports.ts';
import type { PostgresPool } from './postgres-pool.ts';

/** Short-lived values in PostgreSQL. */
export class PostgresCells implements Cells {
  readonly #pool: PostgresPool;
  readonly #guard: <T>(work: Promise<T>) => Promise<T>;

  constructor(pool: PostgresPool, guard: <T>(work: Promise<T>) => Promise<T>) {
    this.#pool = pool;
    this.#guard = guard;
  }

  async read(key: string): Promise<Cell | null> {
    const [cell] = await this.#guard(
      this.#pool.rows<Cell>(
        'SELECT value, version::float8 AS version, expires::float8 AS "expiresAt" FROM cell WHERE key = $1',
        [key],
      ),
    );
    return cell ?? null;
  }

  async write(key: string, value: string, { version, expiresAt }: Omit<Cell, 'value'>): Promise<boolean> {
    const change =
      version === 0
        ? this.#pool.change('INSERT INTO cell VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING', [key, value, expiresAt])
        : this.#pool.change(
            'UPDATE cell SET value = $2, expires = $3, version = version + 1 WHERE key = $1 AND version = $4',
            [key, value, expiresAt, version],
          );
    return (await this.#guard(change)) > 0;
  }

  async forget(before: number): Promise<void> {
    await this.#guard(this.#pool.change('DELETE FROM cell WHERE expires <= $1', [before]));
  }
}
