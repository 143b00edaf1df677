import { randomBytes } from 'node:crypto';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Entry } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { forked } from './entries.ts';
import type { EntryStore, Storage } from './ports.ts';
import { PostgresBlobs } from './postgres-blobs.ts';
import { PostgresBlocked } from './postgres-blocked.ts';
import { PostgresCells } from './postgres-cells.ts';
import { PostgresDocuments } from './postgres-documents.ts';
import { placesFor, PostgresPool, rowsPerInsert, type Queries } from './postgres-pool.ts';
import { migratePostgres } from './postgres-schema.ts';

/** PostgreSQL, for several processes that serve one team together. */
export class PostgresStorage implements Storage {
  readonly documents: PostgresDocuments;
  readonly entries: EntryStore;
  readonly blocked: PostgresBlocked;
  readonly blobs: PostgresBlobs;
  readonly cells: PostgresCells;
  readonly #pool: PostgresPool;
  #failure: BenchmateError | null = null;

  private constructor(pool: PostgresPool) {
    this.#pool = pool;
    const guard = <T>(work: Promise<T>) => this.#guard(work);
    this.documents = new PostgresDocuments(pool, guard);
    this.entries = new PostgresEntries(pool, guard);
    this.blocked = new PostgresBlocked(pool, guard);
    this.blobs = new PostgresBlobs(pool, guard);
    this.cells = new PostgresCells(pool, guard);
  }

  /** `url`: postgres://user:password@host:port/database; `schema`: another than the user's own. Throws OFFLINE or FORBIDDEN when it does not let us in, DATA_DIR_TOO_NEW. */
  static async open(url: string, schema?: string): Promise<PostgresStorage> {
    const pool = new PostgresPool(url, schema === undefined ? {} : { schema });
    try {
      await migratePostgres(pool);
    } catch (error) {
      await pool.end();
      throw coded(error);
    }
    return new PostgresStorage(pool);
  }

  get failure(): BenchmateError | null {
    return this.#failure;
  }

  async secret(name: string): Promise<Uint8Array> {
    const pool = this.#pool;
    await this.#guard(
      pool.change('INSERT INTO secrets VALUES ($1, $2) ON CONFLICT DO NOTHING', [name, randomBytes(32)]),
    );
    const [row] = await this.#guard(pool.rows<{ value: Buffer }>('SELECT value FROM secrets WHERE name = $1', [name]));
    return row!.value;
  }

  async storedBytes(): Promise<number> {
    const [row] = await this.#guard(
      this.#pool.rows<{ bytes: number }>(
        `SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::float8 AS bytes FROM pg_class
         WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`,
      ),
    );
    return row!.bytes;
  }

  async close(): Promise<void> {
    await this.documents.settled();
    await this.#pool.end();
  }

  async #guard<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      this.#failure = null;
      return result;
    } catch (error) {
      const known = coded(error);
      if (known.code !== 'CONFLICT') this.#failure = known;
      throw known;
    }
  }
}

class PostgresEntries implements EntryStore {
  readonly #pool: PostgresPool;
  readonly #guard: <T>(work: Promise<T>) => Promise<T>;

  constructor(pool: PostgresPool, guard: <T>(work: Promise<T>) => Promise<T>) {
    this.#pool = pool;
    this.#guard = guard;
  }

  async append(team: string, entries: readonly HeldEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const authors = [...new Set(entries.map(({ entry }) => entry.author))];
    const first = entries.reduce((least, { entry }) => Math.min(least, entry.seq), Infinity);
    await this.#guard(
      this.#pool.transaction(async tx => {
        for (let at = 0; at < entries.length; at += rowsPerInsert)
          await insertEntries(tx, team, entries.slice(at, at + rowsPerInsert));
        const stored = await tx.rows<{ author: string; seq: number; hash: string }>(
          'SELECT author, seq::float8 AS seq, hash FROM entries WHERE team = $1 AND author = ANY($2) AND seq >= $3',
          [team, authors, first],
        );
        const hashes = new Map(stored.map(({ author, seq, hash }) => [`${author} ${seq}`, hash]));
        if (entries.some(({ hash, entry }) => hashes.get(`${entry.author} ${entry.seq}`) !== hash)) throw forked();
      }),
    );
  }

  async ofTeam(team: string): Promise<Entry[]> {
    const rows = await this.#guard(
      this.#pool.rows<{ entry: string }>('SELECT entry FROM entries WHERE team = $1 ORDER BY author, seq', [team]),
    );
    return rows.map(({ entry }) => JSON.parse(entry) as Entry);
  }

  async teams(): Promise<string[]> {
    const rows = await this.#guard(
      this.#pool.rows<{ team: string }>('SELECT DISTINCT team FROM entries ORDER BY team'),
    );
    return rows.map(({ team }) => team);
  }

  async counts(): Promise<{ teams: number; entries: number }> {
    const [row] = await this.#guard(
      this.#pool.rows<{ teams: number; entries: number }>(
        'SELECT count(DISTINCT team)::float8 AS teams, count(*)::float8 AS entries FROM entries',
      ),
    );
    return row!;
  }
}

const insertEntries = (tx: Queries, team: string, entries: readonly HeldEntry[]): Promise<number> =>
  tx.change(
    `INSERT INTO entries (team, author, seq, hash, entry) VALUES ${placesFor(entries.length, 5)} ON CONFLICT DO NOTHING`,
    entries.flatMap(({ hash, entry }) => [team, entry.author, entry.seq, hash, JSON.stringify(entry)]),
  );

/** Never with the address: it may hold a password. */
function coded(cause: unknown): BenchmateError {
  if (cause instanceof BenchmateError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === '53100')
    return new BenchmateError('DISK_FULL', 'The disk of the database is full.', 'Free some space.', { cause });
  if (/^28|^3D000|^42501/.test(code))
    return new BenchmateError('FORBIDDEN', 'The database does not let the sync server in.', 'Look at its address.', {
      cause,
    });
  return new BenchmateError('OFFLINE', 'The database does not answer as it should.', 'Look at it, then try again.', {
    cause,
  });
}
