import type { Sql } from 'postgres';
import type { BlobIndex, LinkedBlob, Upload } from '../blobs/ports.ts';

type Guard = <T>(work: Promise<T>) => Promise<T>;

/** Which team has which blobs, in PostgreSQL. */
export class PostgresBlobs implements BlobIndex {
  readonly #sql: Sql;
  readonly #guard: Guard;

  /** `guard` makes coded errors of the database's, and notes whether it works. */
  constructor(sql: Sql, guard: Guard) {
    this.#sql = sql;
    this.#guard = guard;
  }

  async find(team: string, blob: string): Promise<LinkedBlob | null> {
    const [row] = await this.#guard(this.#sql<LinkedBlob[]>`
      SELECT blob, object, size::float8 AS "sizeBytes" FROM blob_link JOIN blob USING (blob)
      WHERE team = ${team} AND blob = ${blob}`);
    return row ?? null;
  }

  async claim(team: string, blob: string): Promise<boolean> {
    const { count } = await this.#guard(
      this.#sql`UPDATE blob_link SET since = NULL WHERE team = ${team} AND blob = ${blob}`,
    );
    return count > 0;
  }

  async lose({ blob, object }: LinkedBlob): Promise<void> {
    await this.#guard(
      this.#sql.begin(async tx => {
        const there = await tx`SELECT 1 FROM blob WHERE blob = ${blob} AND object = ${object} FOR UPDATE`;
        if (there.length === 0) return;
        await tx`DELETE FROM blob_link WHERE blob = ${blob}`;
        await tx`DELETE FROM blob WHERE blob = ${blob}`;
      }),
    );
  }

  async usage(team: string): Promise<number> {
    return this.#guard(usageOf(this.#sql, team));
  }

  async upload(team: string, device: string, blob: string): Promise<Upload | null> {
    const [row] = await this.#guard(this.#sql<Upload[]>`
      SELECT ${uploadColumns(this.#sql)} FROM blob_upload
      WHERE team = ${team} AND device = ${device} AND blob = ${blob}`);
    return row ?? null;
  }

  async begin(upload: Upload, quotaBytes: number, at: number): Promise<boolean> {
    const { id, team, device, blob, sizeBytes, handle, tags, tailBytes } = upload;
    return this.#guard(
      this.#sql.begin(async tx => {
        // Two uploads of one team that begin at once must not both fit into the last free byte.
        await tx`SELECT pg_advisory_xact_lock(hashtext(${`blobs ${team}`}))`;
        if ((await usageOf(tx, team)) + sizeBytes > quotaBytes) return false;
        const { count } = await tx`
          INSERT INTO blob_upload (id, team, device, blob, size, handle, tags, tail, at)
          VALUES (${id}, ${team}, ${device}, ${blob}, ${sizeBytes}, ${handle}, ${tags}, ${tailBytes}, ${at})
          ON CONFLICT DO NOTHING`;
        return count > 0;
      }),
    );
  }

  async addPart({ id, tags }: Upload, tag: string, at: number): Promise<boolean> {
    const { count } = await this.#guard(this.#sql`
      UPDATE blob_upload SET tags = ${[...tags, tag]}, tail = 0, at = ${at} WHERE id = ${id} AND tags = ${tags}`);
    return count > 0;
  }

  async setTail({ id, tags }: Upload, tailBytes: number, at: number): Promise<boolean> {
    const { count } = await this.#guard(
      this.#sql`UPDATE blob_upload SET tail = ${tailBytes}, at = ${at} WHERE id = ${id} AND tags = ${tags}`,
    );
    return count > 0;
  }

  async complete({ id, team, blob, sizeBytes }: Upload): Promise<void> {
    await this.#guard(
      this.#sql.begin(async tx => {
        if ((await tx`DELETE FROM blob_upload WHERE id = ${id}`).count === 0) return;
        // Locks the row also where it exists, so that a sweep waits for the link.
        const [row] = await tx<{ object: string }[]>`
          INSERT INTO blob (blob, object, size) VALUES (${blob}, ${id}, ${sizeBytes})
          ON CONFLICT (blob) DO UPDATE SET size = blob.size RETURNING object`;
        if (row!.object !== id) await tx`INSERT INTO blob_doomed VALUES (${id}) ON CONFLICT DO NOTHING`;
        await tx`
          INSERT INTO blob_link (team, blob) VALUES (${team}, ${blob})
          ON CONFLICT (team, blob) DO UPDATE SET since = NULL`;
      }),
    );
  }

  async drop(uploadId: string): Promise<void> {
    await this.#guard(this.#sql`DELETE FROM blob_upload WHERE id = ${uploadId}`);
  }

  async staleUploads(before: number): Promise<Upload[]> {
    return [
      ...(await this.#guard(
        this.#sql<Upload[]>`SELECT ${uploadColumns(this.#sql)} FROM blob_upload WHERE at < ${before}`,
      )),
    ];
  }

  async teams(): Promise<string[]> {
    const rows = await this.#guard(this.#sql<{ team: string }[]>`SELECT DISTINCT team FROM blob_link ORDER BY team`);
    return rows.map(({ team }) => team);
  }

  async blobsOf(team: string): Promise<string[]> {
    const rows = await this.#guard(
      this.#sql<{ blob: string }[]>`SELECT blob FROM blob_link WHERE team = ${team} ORDER BY blob`,
    );
    return rows.map(({ blob }) => blob);
  }

  async mark(team: string, referenced: ReadonlySet<string>, at: number): Promise<void> {
    await this.#guard(this.#sql`
      UPDATE blob_link SET since = CASE WHEN blob = ANY(${[...referenced]}) THEN NULL ELSE coalesce(since, ${at}) END
      WHERE team = ${team}`);
  }

  async sweep(before: number): Promise<void> {
    await this.#guard(
      this.#sql.begin(async tx => {
        await tx`DELETE FROM blob_link WHERE since < ${before}`;
        // Who completes an upload of one of these blobs waits for this, or this for them.
        const gone = await tx<{ blob: string }[]>`
          SELECT blob FROM blob WHERE NOT EXISTS (SELECT 1 FROM blob_link WHERE blob_link.blob = blob.blob) FOR UPDATE`;
        const names = gone.map(({ blob }) => blob);
        await tx`
          WITH gone AS (
            DELETE FROM blob WHERE blob = ANY(${names})
              AND NOT EXISTS (SELECT 1 FROM blob_link WHERE blob_link.blob = blob.blob) RETURNING object)
          INSERT INTO blob_doomed SELECT object FROM gone ON CONFLICT DO NOTHING`;
      }),
    );
  }

  async doomed(): Promise<string[]> {
    const rows = await this.#guard(this.#sql<{ object: string }[]>`SELECT object FROM blob_doomed`);
    return rows.map(({ object }) => object);
  }

  async forget(object: string): Promise<void> {
    await this.#guard(this.#sql`DELETE FROM blob_doomed WHERE object = ${object}`);
  }

  async counts(): Promise<{ blobs: number; blobBytes: number }> {
    const [row] = await this.#guard(this.#sql<{ blobs: number; blobBytes: number }[]>`
      SELECT count(*)::float8 AS blobs, coalesce(sum(size), 0)::float8 AS "blobBytes" FROM blob`);
    return { blobs: row!.blobs, blobBytes: row!.blobBytes };
  }
}

const uploadColumns = (sql: Sql) =>
  sql`id, team, device, blob, size::float8 AS "sizeBytes", handle, tags, tail::float8 AS "tailBytes"`;

async function usageOf(sql: Pick<Sql, 'unsafe'>, team: string): Promise<number> {
  const [row] = await sql.unsafe<{ bytes: number }[]>(
    `SELECT ((SELECT coalesce(sum(size), 0) FROM blob_link JOIN blob USING (blob) WHERE team = $1)
           + (SELECT coalesce(sum(size), 0) FROM blob_upload WHERE team = $1))::float8 AS bytes`,
    [team],
  );
  return row!.bytes;
}
