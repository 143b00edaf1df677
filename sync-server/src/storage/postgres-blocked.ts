import type { BlockedDevices } from './ports.ts';
import type { PostgresPool } from './postgres-pool.ts';

/** Blocked devices in PostgreSQL. */
export class PostgresBlocked implements BlockedDevices {
  readonly #pool: PostgresPool;
  readonly #guard: <T>(work: Promise<T>) => Promise<T>;

  constructor(pool: PostgresPool, guard: <T>(work: Promise<T>) => Promise<T>) {
    this.#pool = pool;
    this.#guard = guard;
  }

  async block(device: string, at: number): Promise<void> {
    await this.#guard(this.#pool.change('INSERT INTO blocked VALUES ($1, $2) ON CONFLICT DO NOTHING', [device, at]));
  }

  async unblock(device: string): Promise<boolean> {
    return (await this.#guard(this.#pool.change('DELETE FROM blocked WHERE device = $1', [device]))) > 0;
  }

  async all(): Promise<{ device: string; at: number }[]> {
    return this.#guard(this.#pool.rows('SELECT device, at::float8 AS at FROM blocked ORDER BY blocked.at, device'));
  }
}
