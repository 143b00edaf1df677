import type { Sql } from 'postgres';
import type { BlockedDevices } from './ports.ts';

/** Blocked devices in PostgreSQL. */
export class PostgresBlocked implements BlockedDevices {
  readonly #sql: Sql;
  readonly #guard: <T>(work: Promise<T>) => Promise<T>;

  constructor(sql: Sql, guard: <T>(work: Promise<T>) => Promise<T>) {
    this.#sql = sql;
    this.#guard = guard;
  }

  async block(device: string, at: number): Promise<void> {
    const sql = this.#sql;
    await this.#guard(sql`INSERT INTO blocked VALUES (${device}, ${at}) ON CONFLICT DO NOTHING`);
  }

  async unblock(device: string): Promise<boolean> {
    const sql = this.#sql;
    const { count } = await this.#guard(sql`DELETE FROM blocked WHERE device = ${device}`);
    return count > 0;
  }

  async all(): Promise<{ device: string; at: number }[]> {
    const sql = this.#sql;
    return this.#guard(sql<{ device: string; at: number }[]>`
      SELECT device, at::float8 AS at FROM blocked ORDER BY blocked.at, device`);
  }
}
