import { randomBytes } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Entry } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { forked } from './entries.ts';
import type { EntryStore, Storage } from './ports.ts';
import { PostgresBlobs } from './postgres-blobs.ts';
import { PostgresBlocked } from './postgres-blocked.ts';
import { PostgresDocuments } from './postgres-documents.ts';
import { databaseSockets } from './postgres-socket.ts';
import { migratePostgres } from './postgres-schema.ts';

/** PostgreSQL, for several processes that serve one team together. */
export class PostgresStorage implements Storage {
  readonly documents: PostgresDocuments;
  readonly entries: EntryStore;
  readonly blocked: PostgresBlocked;
  readonly blobs: PostgresBlobs;
  readonly #sql: Sql;
  #failure: BenchmateError | null = null;

  private constructor(sql: Sql) {
    this.#sql = sql;
    const guard = <T>(work: Promise<T>) => this.#guard(work);
    this.documents = new PostgresDocuments(sql, guard);
    this.entries = new PostgresEntries(sql, guard);
    this.blocked = new PostgresBlocked(sql, guard);
    this.blobs = new PostgresBlobs(sql, guard);
  }

  /** `url`: postgres://user:password@host:port/database; `schema`: another than the user's own. Throws OFFLINE or FORBIDDEN when it does not let us in, DATA_DIR_TOO_NEW. */
  static async open(url: string, schema?: string): Promise<PostgresStorage> {
    const options = {
      max: 4,
      connect_timeout: 10,
      idle_timeout: 0,
      onnotice: () => {},
      connection: { application_name: 'benchmate-sync', ...(schema ? { search_path: schema } : {}) },
      socket: databaseSockets(), // known to the client, not to its types
    };
    const sql = postgres(url, options);
    try {
      await migratePostgres(sql);
    } catch (error) {
      await sql.end({ timeout: 1 });
      throw coded(error);
    }
    return new PostgresStorage(sql);
  }

  get failure(): BenchmateError | null {
    return this.#failure;
  }

  async secret(name: string): Promise<Uint8Array> {
    const sql = this.#sql;
    await this.#guard(sql`INSERT INTO secrets VALUES (${name}, ${randomBytes(32)}) ON CONFLICT DO NOTHING`);
    const [row] = await this.#guard(sql<{ value: Buffer }[]>`SELECT value FROM secrets WHERE name = ${name}`);
    return row!.value;
  }

  async storedBytes(): Promise<number> {
    const [row] = await this.#guard(this.#sql<{ bytes: number }[]>`
      SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::float8 AS bytes FROM pg_class
      WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`);
    return row!.bytes;
  }

  async close(): Promise<void> {
    await this.documents.settled();
    await this.#sql.end({ timeout: 2 });
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
  readonly #sql: Sql;
  readonly #guard: <T>(work: Promise<T>) => Promise<T>;

  constructor(sql: Sql, guard: <T>(work: Promise<T>) => Promise<T>) {
    this.#sql = sql;
    this.#guard = guard;
  }

  async append(team: string, entries: readonly HeldEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map(({ hash, entry }) => {
      const { author, seq } = entry;
      return { team, author, seq, hash, entry: JSON.stringify(entry) };
    });
    await this.#guard(
      this.#sql.begin(async tx => {
        await tx`INSERT INTO entries ${tx(rows, 'team', 'author', 'seq', 'hash', 'entry')} ON CONFLICT DO NOTHING`;
        const authors = [...new Set(rows.map(({ author }) => author))];
        const stored = await tx<{ author: string; seq: number; hash: string }[]>`
          SELECT author, seq::float8 AS seq, hash FROM entries
          WHERE team = ${team} AND author IN ${tx(authors)} AND seq >= ${Math.min(...rows.map(({ seq }) => seq))}`;
        const hashes = new Map(stored.map(({ author, seq, hash }) => [`${author} ${seq}`, hash]));
        if (rows.some(({ author, seq, hash }) => hashes.get(`${author} ${seq}`) !== hash)) throw forked();
      }),
    );
  }

  async ofTeam(team: string): Promise<Entry[]> {
    const rows = await this.#guard(
      this.#sql<{ entry: string }[]>`SELECT entry FROM entries WHERE team = ${team} ORDER BY author, seq`,
    );
    return rows.map(({ entry }) => JSON.parse(entry) as Entry);
  }

  async teams(): Promise<string[]> {
    const rows = await this.#guard(this.#sql<{ team: string }[]>`SELECT DISTINCT team FROM entries ORDER BY team`);
    return rows.map(({ team }) => team);
  }

  async counts(): Promise<{ teams: number; entries: number }> {
    const [row] = await this.#guard(this.#sql<{ teams: number; entries: number }[]>`
      SELECT count(DISTINCT team)::float8 AS teams, count(*)::float8 AS entries FROM entries`);
    return { teams: row!.teams, entries: row!.entries };
  }
}

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
