import { Pool, type PoolClient, type QueryResult } from 'pg';

/** Statements with their values apart, as `$1`, `$2` …: never text that comes from outside. */
export interface Queries {
  rows<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** How many rows were changed. */
  change(text: string, values?: readonly unknown[]): Promise<number>;
}

export interface PoolOptions {
  /** Another schema than the user's own. */
  schema?: string;
  connections?: number;
}

const connectMs = 10_000;
/** A database that has not answered for so long is away, though its address still takes what is sent. */
const answerMs = 60_000;

/** Connections to a PostgreSQL database: they open when they are needed, and one that broke is replaced. */
export class PostgresPool implements Queries {
  readonly #pool: Pool;

  /** `url`: postgres://user:password@host:port/database. */
  constructor(url: string, { schema, connections = 4 }: PoolOptions = {}) {
    this.#pool = new Pool({
      connectionString: url,
      max: connections,
      connectionTimeoutMillis: connectMs,
      query_timeout: answerMs,
      idleTimeoutMillis: 0,
      keepAlive: true,
      application_name: 'benchmate-sync',
      ...(schema && { options: `-c search_path=${schema}` }),
    });
    // A connection that breaks while nobody asks it anything says so here; whoever asks next is told.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', client => void client.on('error', () => {}));
  }

  async rows<R extends object>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    return (await this.#pool.query<R>(text, [...values])).rows;
  }

  async change(text: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.#pool.query(text, [...values])).rowCount ?? 0;
  }

  /** All of `work` or nothing. `mode`: as behind `BEGIN`. */
  async transaction<T>(work: (tx: Queries) => Promise<T>, mode = ''): Promise<T> {
    const client = await this.#pool.connect();
    let broken = false;
    try {
      await client.query(`BEGIN ${mode}`);
      const result = await work(queriesOf(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => (broken = true));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** Lets what is under way end. */
  async end(): Promise<void> {
    await this.#pool.end();
  }
}

function queriesOf(client: PoolClient): Queries {
  const ask = <R extends object>(text: string, values: readonly unknown[] = []): Promise<QueryResult<R>> =>
    client.query<R>(text, [...values]);
  return {
    rows: async <R extends object>(text: string, values?: readonly unknown[]) => (await ask<R>(text, values)).rows,
    change: async (text, values) => (await ask(text, values)).rowCount ?? 0,
  };
}

/** A statement takes 65,535 values at most; none of ours has more than ten a row. */
export const rowsPerInsert = 5000;

/** `($1, $2), ($3, $4) …` for so many rows. */
export function placesFor(rows: number, columns: number): string {
  const row = (at: number) => `(${Array.from({ length: columns }, (_, i) => `$${at * columns + i + 1}`).join(', ')})`;
  return Array.from({ length: rows }, (_, at) => row(at)).join(', ');
}
