import type { DocumentStore, StoredDocument } from './ports.ts';
import { placesFor, rowsPerInsert, type PostgresPool, type Queries } from './postgres-pool.ts';

interface Waiting {
  name: string;
  update: Uint8Array;
  resolve: (number: number) => void;
  reject: (error: unknown) => void;
}

interface Update {
  number: number;
  data: Buffer;
}

/** Documents in PostgreSQL. What comes while a commit is under way goes into the next one, together. */
export class PostgresDocuments implements DocumentStore {
  readonly #pool: PostgresPool;
  readonly #guard: <T>(work: Promise<T>) => Promise<T>;
  #waiting: Waiting[] = [];
  #committing: Promise<void> | null = null;

  /** `guard` makes coded errors of the database's, and notes whether it works. */
  constructor(pool: PostgresPool, guard: <T>(work: Promise<T>) => Promise<T>) {
    this.#pool = pool;
    this.#guard = guard;
  }

  append(name: string, update: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ name, update, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  async read(name: string): Promise<StoredDocument> {
    await this.settled();
    return this.#guard(
      this.#reading(async tx => {
        const snapshot = await this.#snapshot(tx, name);
        const base = snapshot?.upto ?? 0;
        const updates = await this.#updates(tx, name, base);
        const parts = [...(snapshot ? [snapshot.data] : []), ...updates.map(({ data }) => data)];
        return {
          parts,
          base,
          last: updates.at(-1)?.number ?? base,
          snapshotBytes: snapshot?.data.length ?? 0,
          updates: updates.length,
          bytes: parts.reduce((sum, { length }) => sum + length, 0),
        };
      }),
    );
  }

  async after(name: string, number: number): Promise<{ updates: Uint8Array[]; last: number } | null> {
    return this.#guard(
      this.#reading(async tx => {
        if (((await this.#snapshot(tx, name))?.upto ?? 0) > number) return null;
        const updates = await this.#updates(tx, name, number);
        return { updates: updates.map(({ data }) => data), last: updates.at(-1)?.number ?? number };
      }),
    );
  }

  async heads(names: readonly string[]): Promise<Record<string, number>> {
    if (names.length === 0) return {};
    const rows = await this.#guard(
      this.#pool.rows<{ name: string; last: number }>(
        'SELECT name, last::float8 AS last FROM document WHERE name = ANY($1)',
        [names],
      ),
    );
    return Object.fromEntries(rows.map(({ name, last }) => [name, last]));
  }

  replace(name: string, state: Uint8Array, { base, last }: Pick<StoredDocument, 'base' | 'last'>): Promise<boolean> {
    return this.#guard(
      this.#pool.transaction(async tx => {
        const [row] = await tx.rows<{ document: number }>('SELECT document FROM document WHERE name = $1 FOR UPDATE', [
          name,
        ]);
        if (!row || ((await this.#snapshot(tx, name))?.upto ?? 0) !== base) return false;
        await tx.change(
          `INSERT INTO snapshots (document, data, upto) VALUES ($1, $2, $3)
           ON CONFLICT (document) DO UPDATE SET data = excluded.data, upto = excluded.upto`,
          [row.document, Buffer.from(state), last],
        );
        await tx.change('DELETE FROM updates WHERE document = $1 AND number <= $2', [row.document, last]);
        return true;
      }),
    );
  }

  async settled(): Promise<void> {
    while (this.#committing) await this.#committing;
  }

  async count(): Promise<number> {
    const [row] = await this.#guard(
      this.#pool.rows<{ count: number }>('SELECT count(*)::float8 AS count FROM document'),
    );
    return row!.count;
  }

  async names(): Promise<string[]> {
    await this.settled();
    const rows = await this.#guard(
      this.#pool.rows<{ name: string }>('SELECT name FROM document ORDER BY name COLLATE "C"'),
    );
    return rows.map(({ name }) => name);
  }

  async largest(limit: number): Promise<{ name: string; bytes: number; updates: number }[]> {
    return this.#guard(
      this.#pool.rows<{ name: string; bytes: number; updates: number }>(
        `
      SELECT name, (coalesce(s.bytes, 0) + coalesce(u.bytes, 0))::float8 AS bytes, coalesce(u.updates, 0)::float8 AS updates
      FROM document
      LEFT JOIN (SELECT document, length(data) AS bytes FROM snapshots) s USING (document)
      LEFT JOIN (SELECT document, sum(length(data)) AS bytes, count(*) AS updates FROM updates GROUP BY document) u
        USING (document)
      ORDER BY 2 DESC LIMIT $1`,
        [limit],
      ),
    );
  }

  async #commitAll(): Promise<void> {
    await new Promise(setImmediate); // what one turn of the loop brings is one commit
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, rowsPerInsert);
      try {
        const numbers = await this.#guard(this.#commit(group));
        for (const [index, { resolve }] of group.entries()) resolve(numbers[index]!);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#committing = null; // in the same turn as the look at what waits: nothing can slip in between
  }

  #commit(group: readonly Waiting[]): Promise<number[]> {
    const counts = new Map<string, number>();
    for (const { name } of group) counts.set(name, (counts.get(name) ?? 0) + 1);
    // In order of names: two processes that lock several documents never wait for each other in a circle.
    const heads = [...counts].map(([name, last]) => ({ name, last })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return this.#pool.transaction(async tx => {
      const locked = await tx.rows<{ document: number; name: string; last: number }>(
        `INSERT INTO document (name, last) VALUES ${placesFor(heads.length, 2)}
         ON CONFLICT (name) DO UPDATE SET last = document.last + excluded.last
         RETURNING document, name, last::float8 AS last`,
        heads.flatMap(({ name, last }) => [name, last]),
      );
      const next = new Map(
        locked.map(({ document, name, last }) => [name, { document, number: last - counts.get(name)! }]),
      );
      const numbers: number[] = [];
      const values = group.flatMap(({ name, update }) => {
        const head = next.get(name)!;
        numbers.push(++head.number);
        return [head.document, head.number, Buffer.from(update.buffer, update.byteOffset, update.length)];
      });
      await tx.change(`INSERT INTO updates (document, number, data) VALUES ${placesFor(group.length, 3)}`, values);
      return numbers;
    });
  }

  /** All that `work` reads belongs to one moment. */
  #reading<T>(work: (tx: Queries) => Promise<T>): Promise<T> {
    return this.#pool.transaction(work, 'ISOLATION LEVEL REPEATABLE READ READ ONLY');
  }

  async #snapshot(tx: Queries, name: string): Promise<{ data: Buffer; upto: number } | undefined> {
    const [row] = await tx.rows<{ data: Buffer; upto: number }>(
      'SELECT data, upto::float8 AS upto FROM snapshots JOIN document USING (document) WHERE name = $1',
      [name],
    );
    return row;
  }

  #updates(tx: Queries, name: string, number: number): Promise<Update[]> {
    return tx.rows<Update>(
      `SELECT number::float8 AS number, data FROM updates JOIN document USING (document)
       WHERE name = $1 AND number > $2 ORDER BY updates.number`,
      [name, number],
    );
  }
}
