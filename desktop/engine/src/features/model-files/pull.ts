import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { VersionFiles } from '@benchmate/shared/domain/registry';
import { blobManifest, manifestMaxBytes, type BlobManifest } from '@benchmate/shared/protocol/blobs-wire';
import type { BlobRequests } from '../../replication/blobs/blob-requests.ts';
import { downloadBlob, readBlob } from '../../replication/blobs/download-blob.ts';
import { safePath } from '../artifacts/path.ts';
import { moveInPlace } from '../artifacts/write-whole.ts';
import type { Progress } from '../../host/progress.ts';
import type { FilesResult } from './result.ts';

export interface PullOrder {
  requests: BlobRequests;
  files: VersionFiles;
  /** A folder for what has arrived until all of it has; it outlives the engine. */
  staging: string;
  /** The folder that all files appear in at once. */
  target: string;
}

/** Brings the files of a version here: each is verified against the hash that the registering device signed. */
export async function pull(
  { requests, files: stated, staging, target }: PullOrder,
  { tell, signal }: Progress,
): Promise<FilesResult> {
  await mkdir(staging, { recursive: true, mode: 0o700 });
  const transfer = { requests, signal, progress: () => {} };
  const { files } = checked(await readBlob(stated.manifest, manifestMaxBytes, transfer), stated);
  const tree = join(staging, 'tree');
  let done = 0;
  let movedBytes = 0;
  for (const [blob, same] of Map.groupBy(files, file => file.blob)) {
    const { sizeBytes, path } = same[0]!;
    const missing = [];
    for (const each of same)
      if (!(await isThere(join(tree, each.path), sizeBytes))) missing.push(join(tree, each.path));
    if (missing.length > 0) {
      const file = join(staging, blob);
      const progress = (bytes: number) => tell(`fetching ${path}`, done + bytes, stated.sizeBytes);
      movedBytes += await downloadBlob({ blob, sizeBytes, file }, { requests, signal, progress });
      for (const copy of missing) await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
      for (const copy of missing.slice(1)) await copySynced(file, copy);
      await rename(file, missing[0]!);
    }
    done += sizeBytes * same.length;
  }
  await moveInPlace(tree, target).catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(code)) throw error; // else they are there already
  });
  await rm(staging, { recursive: true, force: true });
  return { files: files.length, sizeBytes: stated.sizeBytes, movedBytes };
}

/** A list comes from somebody else: it must be what was signed, and must not name a place outside the folder, or one place twice. */
function checked(content: Buffer, { count, sizeBytes }: VersionFiles): BlobManifest {
  const list = parsed(content);
  const names = new Set<string>();
  const folders = new Set<string>();
  for (const { path } of list.files) {
    const parts = safePath(path);
    // As a file system that folds names would have it.
    const folded = parts.map(part => part.normalize('NFKC').toLowerCase());
    const name = folded.join('/');
    if (parts.join('/') !== path || names.has(name)) throw unusable();
    names.add(name);
    for (let length = 1; length < folded.length; length++) folders.add(folded.slice(0, length).join('/'));
  }
  const total = list.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if ([...folders].some(folder => names.has(folder)) || list.files.length !== count || total !== sizeBytes)
    throw unusable();
  return list;
}

function parsed(content: Buffer): BlobManifest {
  try {
    return blobManifest.parse(JSON.parse(content.toString('utf8')));
  } catch {
    throw unusable();
  }
}

async function isThere(file: string, sizeBytes: number): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() === true && found.size === sizeBytes;
}

const unusable = () =>
  new BenchmateError(
    'DATA_DAMAGED',
    'The list of the files of this version is not one that can be used.',
    'Ask who registered it to register it anew.',
  );

/** A copy that is on the disk, as what was downloaded is. */
async function copySynced(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const handle = await open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
