import { createWriteStream, existsSync, statfsSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import type { BackupResult } from '@benchmate/shared/domain/store-task';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { schemaOf } from '../../storage/migrate.ts';
import { openSecond } from '../../storage/second-connection.ts';
import { deviceFileWithSeed } from '../../host/device-key.ts';
import { names, sha256Of, sumLine, type BackupManifest } from './backup-format.ts';
import { linkFiles } from './link-files.ts';
import { throwIfCancelled, type Progress } from '../../host/progress.ts';
import { storeFiles, uploadsFolder } from './store-files.ts';
import { sizeOfFiles, walkFiles } from './walk-files.ts';

export interface BackupOrder {
  dataDir: string;
  /** Absolute path of the file to write. */
  file: string;
  replace: boolean;
  withoutKey: boolean;
  engineVersion: string;
}

/**
 * Writes everything that was acknowledged before the call into one file, while others read and log: a read transaction
 * pins the database, then the artifacts are linked, which never change once they are there. The file appears under its
 * name when it is whole and on the disk.
 */
export async function makeBackup(order: BackupOrder, progress: Progress): Promise<BackupResult> {
  const { dataDir, file } = order;
  if (!isAbsolute(file))
    throw new BenchmateError('BAD_REQUEST', `${file} is no absolute path.`, 'Name the whole path.');
  if (existsSync(file) && !order.replace)
    throw new BenchmateError(
      'ALREADY_EXISTS',
      `There is a file ${file} already.`,
      'Choose another name, or --replace it.',
    );
  const staging = join(storeFiles(dataDir).staging, 'backup');
  const partial = `${file}.partial`;
  try {
    await mkdir(staging, { recursive: true, mode: 0o700 });
    await collect(order, staging, progress);
    const { files: artifacts } = await sizeOfFiles(join(staging, names.artifacts));
    await writeSums(staging, progress);
    await pack(staging, partial, progress);
    await rename(partial, file);
    const { size: sizeBytes } = await stat(file);
    return { kind: 'backup', file, sizeBytes, artifacts, holdsKey: existsSync(join(staging, names.device)) };
  } catch (error) {
    await rm(partial, { force: true });
    if ((error as Error).name === 'AbortError') throwIfCancelled(progress);
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function collect(order: BackupOrder, staging: string, progress: Progress): Promise<void> {
  const from = storeFiles(order.dataDir);
  const db = openSecond(from.database, { readonly: true });
  try {
    db.exec('BEGIN');
    const schemaVersion = schemaOf(db); // the first read pins what this connection sees
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    progress.tell('collecting artifacts', 0, 0);
    await linkFiles(
      from.artifacts,
      join(staging, names.artifacts),
      progress,
      path => !path.startsWith(`${uploadsFolder}/`),
    );
    // A job's token stands in job.json and is made anew.
    await linkFiles(
      from.jobs,
      join(staging, names.jobs),
      progress,
      path => !/(^|\/)job\.json(\.\d+\.tmp)?$/.test(path),
    );
    await checkSpace(order, db.pragma('page_count', { simple: true }) as number, staging);
    const database = join(staging, names.database);
    await db.backup(database, {
      progress: ({ totalPages, remainingPages }) => {
        throwIfCancelled(progress);
        progress.tell('copying the database (pages)', totalPages - remainingPages, totalPages);
        return 500;
      },
    });
    db.exec('COMMIT');
    const copy = openSecond(database, { readonly: false });
    copy.pragma('journal_mode = DELETE'); // one file, without a log beside it
    copy.close();
    const holdsKey = !order.withoutKey && existsSync(from.device);
    if (holdsKey) await writeFile(join(staging, names.device), await deviceFileWithSeed(from.device), { mode: 0o600 });
    const { engineVersion } = order;
    const createdAt = new Date().toISOString();
    const manifest: BackupManifest = {
      format: 'benchmate-backup',
      v: 1,
      createdAt,
      engineVersion,
      schemaVersion,
      holdsKey,
    };
    await writeFile(join(staging, names.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
  } finally {
    db.close();
  }
}

async function checkSpace({ dataDir, file }: BackupOrder, pages: number, staging: string): Promise<void> {
  const database = pages * 4096;
  const rest = await sizeOfFiles(staging);
  for (const [folder, needed] of [
    [dataDir, database],
    [dirname(file), database + rest.bytes],
  ] as const) {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize > needed) continue;
    const sentence = `The backup needs ${needed} bytes in ${folder}, and ${bavail * bsize} are left.`;
    throw new BenchmateError('DISK_FULL', sentence, 'Free some space, or name a file on another disk.');
  }
}

async function writeSums(staging: string, progress: Progress): Promise<void> {
  const total = await sizeOfFiles(staging);
  let done = 0;
  let lines = '';
  for await (const { path, sizeBytes } of walkFiles(staging)) {
    throwIfCancelled(progress);
    progress.tell('hashing (bytes)', done, total.bytes);
    lines += sumLine(path, await sha256Of(join(staging, path)));
    done += sizeBytes;
    if (lines.length < 1_000_000) continue;
    await appendFile(`${staging}.sums`, lines);
    lines = '';
  }
  await appendFile(`${staging}.sums`, lines);
  await rename(`${staging}.sums`, join(staging, names.sums));
}

async function pack(staging: string, partial: string, progress: Progress): Promise<void> {
  const { bytes } = await sizeOfFiles(staging);
  let done = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      progress.tell('writing the backup (bytes)', Math.min(done, bytes), bytes);
      next(null, chunk);
    },
  });
  // First what tells a reader what this is.
  const members = Object.values(names).filter(name => existsSync(join(staging, name)));
  const packed = Readable.from(create({ cwd: staging, portable: true, strict: true }, members));
  await pipeline(packed, count, createWriteStream(partial, { mode: 0o600, flush: true }), { signal: progress.signal });
}
