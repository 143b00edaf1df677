import type { BlobIndex, LinkedBlob, Upload } from '../blobs/ports.ts';
import type { PostgresPool, Queries } from './postgres-pool.ts';

type Guard = <T>(work: Promise<T>) => Promise<T>;

/** Which team has which blobs, in PostgreSQL. */
export class PostgresBlobs implements BlobIndex {
  readonly #pool: PostgresPool;
  readonly #guard: Guard;

  /** `guard` makes coded errors of the database's, and notes whether it works. */
  constructor(pool: PostgresPool, guard: Guard) {
    this.#pool = pool;
    this.#guard = guard;
  }

  async find(team: string, blob: string): Promise<LinkedBlob | null> {
    const [row] = await this.#rows<LinkedBlob>(
      `SELECT blob, object, size::float8 AS "sizeBytes" FROM blob_link JOIN blob USING (blob)
       WHERE team = $1 AND blob = $2`,
      [team, blob],
    );
    return row ?? null;
  }

  async claim(team: string, blob: string): Promise<boolean> {
    return (await this.#change('UPDATE blob_link SET since = NULL WHERE team = $1 AND blob = $2', [team, blob])) > 0;
  }

  async lose({ blob, object }: LinkedBlob): Promise<void> {
    await this.#transaction(async tx => {
      const there = await tx.rows('SELECT 1 FROM blob WHERE blob = $1 AND object = $2 FOR UPDATE', [blob, object]);
      if (there.length === 0) return;
      await tx.change('DELETE FROM blob_link WHERE blob = $1', [blob]);
      await tx.change('DELETE FROM blob WHERE blob = $1', [blob]);
    });
  }

  async usage(team: string): Promise<number> {
    return this.#guard(usageOf(this.#pool, team));
  }

  async upload(team: string, device: string, blob: string): Promise<Upload | null> {
    const [row] = await this.#rows<Upload>(
      `SELECT ${uploadColumns} FROM blob_upload WHERE team = $1 AND device = $2 AND blob = $3`,
      [team, device, blob],
    );
    return row ?? null;
  }

  async begin(upload: Upload, quotaBytes: number, at: number): Promise<boolean> {
    const { id, team, device, blob, sizeBytes, handle, tags, tailBytes } = upload;
    return this.#transaction(async tx => {
      // Two uploads of one team that begin at once must not both fit into the last free byte.
      await tx.rows('SELECT pg_advisory_xact_lock(hashtext($1))', [`blobs ${team}`]);
      if ((await usageOf(tx, team)) + sizeBytes > quotaBytes) return false;
      const begun = await tx.change(
        `INSERT INTO blob_upload (id, team, device, blob, size, handle, tags, tail, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
        [id, team, device, blob, sizeBytes, handle, tags, tailBytes, at],
      );
      return begun > 0;
    });
  }

  async addPart({ id, tags }: Upload, tag: string, at: number): Promise<boolean> {
    const added = await this.#change(
      'UPDATE blob_upload SET tags = $1, tail = 0, at = $2 WHERE id = $3 AND tags = $4',
      [[...tags, tag], at, id, tags],
    );
    return added > 0;
  }

  async setTail({ id, tags }: Upload, tailBytes: number, at: number): Promise<boolean> {
    const set = await this.#change('UPDATE blob_upload SET tail = $1, at = $2 WHERE id = $3 AND tags = $4', [
      tailBytes,
      at,
      id,
      tags,
    ]);
    return set > 0;
  }

  async complete({ id, team, blob, sizeBytes }: Upload): Promise<void> {
    await this.#transaction(async tx => {
      if ((await tx.change('DELETE FROM blob_upload WHERE id = $1', [id])) === 0) return;
      // Locks the row also where it exists, so that a sweep waits for the link.
      const [row] = await tx.rows<{ object: string }>(
        `INSERT INTO blob (blob, object, size) VALUES ($1, $2, $3)
         ON CONFLICT (blob) DO UPDATE SET size = blob.size RETURNING object`,
        [blob, id, sizeBytes],
      );
      if (row!.object !== id) await tx.change('INSERT INTO blob_doomed VALUES ($1) ON CONFLICT DO NOTHING', [id]);
      await tx.change(
        `INSERT INTO blob_link (team, blob) VALUES ($1, $2)
         ON CONFLICT (team, blob) DO UPDATE SET since = NULL`,
        [team, blob],
      );
    });
  }

  async drop(uploadId: string): Promise<void> {
    await this.#change('DELETE FROM blob_upload WHERE id = $1', [uploadId]);
  }

  staleUploads(before: number): Promise<Upload[]> {
    return this.#rows(`SELECT ${uploadColumns} FROM blob_upload WHERE at < $1`, [before]);
  }

  async teams(): Promise<string[]> {
    const rows = await this.#rows<{ team: string }>('SELECT DISTINCT team FROM blob_link ORDER BY team');
    return rows.map(({ team }) => team);
  }

  async blobsOf(team: string): Promise<string[]> {
    const rows = await this.#rows<{ blob: string }>('SELECT blob FROM blob_link WHERE team = $1 ORDER BY blob', [team]);
    return rows.map(({ blob }) => blob);
  }

  async mark(team: string, referenced: ReadonlySet<string>, at: number): Promise<void> {
    await this.#change(
      `UPDATE blob_link SET since = CASE WHEN blob = ANY($1) THEN NULL ELSE coalesce(since, $2) END WHERE team = $3`,
      [[...referenced], at, team],
    );
  }

  async sweep(before: number): Promise<void> {
    await this.#transaction(async tx => {
      await tx.change('DELETE FROM blob_link WHERE since < $1', [before]);
      // Who completes an upload of one of these blobs waits for this, or this for them.
      const gone = await tx.rows<{ blob: string }>(
        'SELECT blob FROM blob WHERE NOT EXISTS (SELECT 1 FROM blob_link WHERE blob_link.blob = blob.blob) FOR UPDATE',
      );
      await tx.change(
        `WITH gone AS (
           DELETE FROM blob WHERE blob = ANY($1)
             AND NOT EXISTS (SELECT 1 FROM blob_link WHERE blob_link.blob = blob.blob) RETURNING object)
         INSERT INTO blob_doomed SELECT object FROM gone ON CONFLICT DO NOTHING`,
        [gone.map(({ blob }) => blob)],
      );
    });
  }

  async doomed(): Promise<string[]> {
    const rows = await this.#rows<{ object: string }>('SELECT object FROM blob_doomed');
    return rows.map(({ object }) => object);
  }

  async forget(object: string): Promise<void> {
    await this.#change('DELETE FROM blob_doomed WHERE object = $1', [object]);
  }

  async counts(): Promise<{ blobs: number; blobBytes: number }> {
    const [row] = await this.#rows<{ blobs: number; blobBytes: number }>(
      'SELECT count(*)::float8 AS blobs, coalesce(sum(size), 0)::float8 AS "blobBytes" FROM blob',
    );
    return row!;
  }

  #rows<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]> {
    return this.#guard(this.#pool.rows<R>(text, values));
  }

  #change(text: string, values?: readonly unknown[]): Promise<number> {
    return this.#guard(this.#pool.change(text, values));
  }

  #transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T> {
    return this.#guard(this.#pool.transaction(work));
  }
}

const uploadColumns = `id, team, device, blob, size::float8 AS "sizeBytes", handle, tags, tail::float8 AS "tailBytes"`;

async function usageOf(queries: Queries, team: string): Promise<number> {
  const [row] = await queries.rows<{ bytes: number }>(
    `SELECT ((SELECT coalesce(sum(size), 0) FROM blob_link JOIN blob USING (blob) WHERE team = $1)
           + (SELECT coalesce(sum(size), 0) FROM blob_upload WHERE team = $1))::float8 AS bytes`,
    [team],
  );
  return row!.bytes;
}
