import type { BlobIndex, LinkedBlob, Upload } from '../blobs/ports.ts';
import type { Store } from './database.ts';

interface UploadRow extends Omit<Upload, 'tags'> {
  tags: string;
}

const columns = 'id, team, device, blob, size AS sizeBytes, handle, tags, tail AS tailBytes';
/** An upload that stands where its holder believes. */
const unchanged = 'id = @id AND tags = @tags';

/** Which team has which blobs, in SQLite. */
export class SqliteBlobs implements BlobIndex {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  find(team: string, blob: string): Promise<LinkedBlob | null> {
    return this.#store.read(
      () =>
        this.#prepare<LinkedBlob>(
          'SELECT blob, object, size AS sizeBytes FROM blob_link JOIN blob USING (blob) WHERE team = ? AND blob = ?',
        ).get(team, blob) ?? null,
    );
  }

  claim(team: string, blob: string): Promise<boolean> {
    return this.#store.write(
      () => this.#prepare('UPDATE blob_link SET since = NULL WHERE team = ? AND blob = ?').run(team, blob).changes > 0,
    );
  }

  lose({ blob, object }: LinkedBlob): Promise<void> {
    return this.#store.write(() => {
      const there = this.#prepare('SELECT 1 FROM blob WHERE blob = ? AND object = ?').get(blob, object);
      if (!there) return;
      this.#prepare('DELETE FROM blob_link WHERE blob = ?').run(blob);
      this.#prepare('DELETE FROM blob WHERE blob = ?').run(blob);
    });
  }

  usage(team: string): Promise<number> {
    return this.#store.read(() => this.#usage(team));
  }

  upload(team: string, device: string, blob: string): Promise<Upload | null> {
    return this.#store.read(() => {
      const row = this.#prepare<UploadRow>(
        `SELECT ${columns} FROM blob_upload WHERE team = ? AND device = ? AND blob = ?`,
      ).get(team, device, blob);
      return row ? uploadOf(row) : null;
    });
  }

  begin(upload: Upload, quotaBytes: number, at: number): Promise<boolean> {
    return this.#store.write(() => {
      if (this.#usage(upload.team) + upload.sizeBytes > quotaBytes) return false;
      const insert = this.#prepare(
        `INSERT INTO blob_upload (id, team, device, blob, size, handle, tags, tail, at)
         VALUES (@id, @team, @device, @blob, @sizeBytes, @handle, @tags, @tailBytes, @at) ON CONFLICT DO NOTHING`,
      );
      return insert.run({ ...rowOf(upload), at }).changes > 0;
    });
  }

  addPart(upload: Upload, tag: string, at: number): Promise<boolean> {
    return this.#store.write(() => {
      const next = JSON.stringify([...upload.tags, tag]);
      const update = this.#prepare(`UPDATE blob_upload SET tags = @next, tail = 0, at = @at WHERE ${unchanged}`);
      return update.run({ ...rowOf(upload), next, at }).changes > 0;
    });
  }

  setTail(upload: Upload, tailBytes: number, at: number): Promise<boolean> {
    return this.#store.write(() => {
      const update = this.#prepare(`UPDATE blob_upload SET tail = @tailBytes, at = @at WHERE ${unchanged}`);
      return update.run({ ...rowOf(upload), tailBytes, at }).changes > 0;
    });
  }

  complete({ id, team, blob, sizeBytes }: Upload): Promise<void> {
    return this.#store.write(() => {
      if (this.#prepare('DELETE FROM blob_upload WHERE id = ?').run(id).changes === 0) return;
      const added = this.#prepare('INSERT INTO blob (blob, object, size) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
      if (added.run(blob, id, sizeBytes).changes === 0) this.#doom(id);
      this.#prepare(
        'INSERT INTO blob_link (team, blob) VALUES (?, ?) ON CONFLICT (team, blob) DO UPDATE SET since = NULL',
      ).run(team, blob);
    });
  }

  async drop(uploadId: string): Promise<void> {
    await this.#store.write(() => this.#prepare('DELETE FROM blob_upload WHERE id = ?').run(uploadId));
  }

  staleUploads(before: number): Promise<Upload[]> {
    return this.#store.read(() =>
      this.#prepare<UploadRow>(`SELECT ${columns} FROM blob_upload WHERE at < ?`).all(before).map(uploadOf),
    );
  }

  teams(): Promise<string[]> {
    return this.#store.read(() =>
      this.#prepare<{ team: string }>('SELECT DISTINCT team FROM blob_link ORDER BY team')
        .all()
        .map(({ team }) => team),
    );
  }

  blobsOf(team: string): Promise<string[]> {
    return this.#store.read(() =>
      this.#prepare<{ blob: string }>('SELECT blob FROM blob_link WHERE team = ? ORDER BY blob')
        .all(team)
        .map(({ blob }) => blob),
    );
  }

  async mark(team: string, referenced: ReadonlySet<string>, at: number): Promise<void> {
    await this.#store.write(() => {
      this.#prepare(
        `UPDATE blob_link SET since = CASE WHEN blob IN (SELECT value FROM json_each(@kept)) THEN NULL ELSE coalesce(since, @at) END
         WHERE team = @team`,
      ).run({ team, at, kept: JSON.stringify([...referenced]) });
    });
  }

  sweep(before: number): Promise<void> {
    return this.#store.write(() => {
      this.#prepare('DELETE FROM blob_link WHERE since < ?').run(before);
      const gone = this.#prepare<{ object: string }>(
        'DELETE FROM blob WHERE NOT EXISTS (SELECT 1 FROM blob_link WHERE blob_link.blob = blob.blob) RETURNING object',
      ).all();
      for (const { object } of gone) this.#doom(object);
    });
  }

  doomed(): Promise<string[]> {
    return this.#store.read(() =>
      this.#prepare<{ object: string }>('SELECT object FROM blob_doomed')
        .all()
        .map(({ object }) => object),
    );
  }

  async forget(object: string): Promise<void> {
    await this.#store.write(() => this.#prepare('DELETE FROM blob_doomed WHERE object = ?').run(object));
  }

  counts(): Promise<{ blobs: number; blobBytes: number }> {
    return this.#store.read(() =>
      this.#prepare<{ blobs: number; blobBytes: number }>(
        'SELECT count(*) AS blobs, coalesce(sum(size), 0) AS blobBytes FROM blob',
      ).get()!,
    );
  }

  #usage(team: string): number {
    return this.#prepare<{ bytes: number }>(
      `SELECT (SELECT coalesce(sum(size), 0) FROM blob_link JOIN blob USING (blob) WHERE team = @team)
            + (SELECT coalesce(sum(size), 0) FROM blob_upload WHERE team = @team) AS bytes`,
    ).get({ team })!.bytes;
  }

  #doom(object: string): void {
    this.#prepare('INSERT INTO blob_doomed (object) VALUES (?) ON CONFLICT DO NOTHING').run(object);
  }

  #prepare<Row>(sql: string) {
    return this.#store.db.prepare<unknown[], Row>(sql);
  }
}

const uploadOf = ({ tags, ...row }: UploadRow): Upload => ({ ...row, tags: JSON.parse(tags) as string[] });
const rowOf = ({ tags, ...upload }: Upload) => ({ ...upload, tags: JSON.stringify(tags) });
