import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from 'tar';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { schemaVersion } from '../../storage/migrate.ts';
import { openSecond } from '../../storage/second-connection.ts';
import { backupManifest, names, parseSums, sha256Of, type BackupManifest } from './backup-format.ts';
import { finishRestore, keepFile, members, unpacking, verified } from './finish-restore.ts';
import { throwIfCancelled, type Progress } from '../../host/progress.ts';
import { walkFiles } from './walk-files.ts';

export interface Restored extends BackupManifest {
  artifacts: number;
  /** Where what was there before lies now; null when nothing was. */
  keptIn: string | null;
}

/**
 * Unpacks a backup into a data directory whose lock the caller holds. What is there already is refused, or, with
 * `replace`, moved into a folder of its own. Killed at any moment, the directory has the old content or the new one.
 */
export async function restoreBackup(
  { file, dataDir, replace }: { file: string; dataDir: string; replace: boolean },
  progress: Progress,
): Promise<Restored> {
  if (!existsSync(file)) throw new BenchmateError('NOT_FOUND', `There is no file ${file}.`, 'Check the path.');
  finishRestore(dataDir);
  const inTheWay = members.filter(name => existsSync(join(dataDir, name)));
  if (inTheWay.length > 0 && !replace)
    throw new BenchmateError(
      'ALREADY_EXISTS',
      `The folder ${dataDir} holds data already (${inTheWay.join(', ')}).`,
      'Name an empty folder with --data-dir, or add --replace: what is there is then kept in a folder beside.',
    );
  const folder = join(dataDir, unpacking);
  try {
    mkdirSync(folder, { mode: 0o700 });
    progress.tell('unpacking', 0, 0);
    await unpack(file, folder, progress);
    const manifest = readManifest(folder, file);
    const artifacts = await verify(folder, file, progress);
    const keep = inTheWay.length > 0 ? `before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}` : '';
    writeFileSync(join(folder, keepFile), keep, { flush: true });
    renameSync(folder, join(dataDir, verified));
    finishRestore(dataDir);
    return { ...manifest, artifacts, keptIn: keep ? join(dataDir, keep) : null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function unpack(file: string, folder: string, progress: Progress): Promise<void> {
  let entries = 0;
  try {
    await extract({
      file,
      cwd: folder,
      strict: true,
      noMtime: true,
      preserveOwner: false,
      filter: (path, entry) => {
        throwIfCancelled(progress);
        progress.tell('unpacking (files)', ++entries, 0);
        // Links have no place in a backup, and would be a way out of the folder.
        return 'type' in entry && /^(File|OldFile|ContiguousFile|Directory)$/.test(entry.type) && isMember(path);
      },
    });
  } catch (error) {
    if (error instanceof BenchmateError || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
    throw notWhole(file, (error as Error).message);
  }
}

const isMember = (path: string) => Object.values(names).some(name => path === name || path.startsWith(`${name}/`));

function readManifest(folder: string, file: string): BackupManifest {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(folder, names.manifest), 'utf8'));
  } catch {
    throw new BenchmateError(
      'BAD_REQUEST',
      `${file} is no backup of Benchmate.`,
      'Name a file that `benchmate store backup` wrote.',
    );
  }
  const manifest = backupManifest.safeParse(value);
  const newer = (value as { v?: unknown } | null)?.v !== 1;
  if (!manifest.success || manifest.data.schemaVersion > schemaVersion)
    throw newer || manifest.success
      ? new BenchmateError('DATA_DIR_TOO_NEW', `${file} was written by a newer Benchmate.`, 'Update Benchmate first.')
      : notWhole(file, 'its description cannot be read');
  return manifest.data;
}

/** Every file is as its sum says, none is missing and none is there besides; the database is sound. */
async function verify(folder: string, file: string, progress: Progress): Promise<number> {
  const sums = parseSums(await readFile(join(folder, names.sums), 'utf8').catch(() => ''));
  const total = sums.size;
  let done = 0;
  let artifacts = 0;
  for await (const { path } of walkFiles(folder)) {
    if (path === names.sums) continue;
    throwIfCancelled(progress);
    progress.tell('verifying (files)', done++, total);
    if (sums.get(path) !== (await sha256Of(join(folder, path)))) throw notWhole(file, `${path} is not as it was`);
    sums.delete(path);
    if (path.startsWith(`${names.artifacts}/`)) artifacts++;
    await chmod(join(folder, path), 0o600);
  }
  const [missing] = sums.keys();
  if (missing !== undefined) throw notWhole(file, `${missing} is missing`);
  if (!existsSync(join(folder, names.database))) throw notWhole(file, 'it has no database');
  const db = openSecond(join(folder, names.database), { readonly: true });
  try {
    const answer = db.pragma('integrity_check(1)', { simple: true });
    if (answer !== 'ok') throw notWhole(file, String(answer));
  } finally {
    db.close();
  }
  return artifacts;
}

const notWhole = (file: string, why: string) =>
  new BenchmateError(
    'DATA_DAMAGED',
    `The backup ${file} is damaged: ${why}.`,
    'Nothing was changed. Use another backup.',
  );
