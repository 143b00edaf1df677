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
    await this.#guard(this.#sql`INSERT INTO blocked VALUES (${device}, ${at}) ON CONFLICT DO NOTHING`);
  }

  async unblock(device: string): Promise<boolean> {
    const { count } = await this.#guard(this.#sql`DELETE FROM blocked WHERE device = ${device}`);
    return count > 0;
  }

  async all(): Promise<{ device: string; at: number }[]> {
    return this.#guard(this.#sql<{ device: string; at: number }[]>`
      SELECT device, at::float8 AS at FROM blocked ORDER BY blocked.at, device`);
  }
}
