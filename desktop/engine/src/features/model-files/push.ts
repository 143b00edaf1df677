import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { VersionFiles } from '@benchmate/shared/domain/registry';
import { manifestMaxBytes, type BlobManifest } from '@benchmate/shared/protocol/blobs-wire';
import type { BlobRequests } from '../../replication/blobs/blob-requests.ts';
import { hashOf } from '../../replication/blobs/download-blob.ts';
import { throwIfCancelled } from '../../replication/blobs/patience.ts';
import { uploadBlob } from '../../replication/blobs/upload-blob.ts';
import type { ArtifactsService } from '../artifacts/service.ts';
import type { Progress } from '../../host/progress.ts';
import type { FilesResult } from './result.ts';

interface Found {
  /** Below the artifact folder. */
  artifact: string;
  path: string;
  sizeBytes: number;
}

export interface PushOrder {
  artifacts: ArtifactsService;
  /** The folder of the version, below the artifact folder. */
  folder: string;
  requests: BlobRequests;
  /** What was stated about the version before: its files must be those still. */
  stated: VersionFiles | null;
}

/** Brings the files of a version to the server, and gives what to state about them. What is there already does not travel. */
export async function push(
  { artifacts, folder, requests, stated }: PushOrder,
  { tell, signal }: Progress,
): Promise<{ files: VersionFiles; result: FilesResult }> {
  const found = await filesBelow(artifacts, folder);
  const sizeBytes = found.reduce((sum, file) => sum + file.sizeBytes, 0);
  const files: BlobManifest['files'] = [];
  let hashed = 0;
  for (const { artifact, path, sizeBytes: size } of found) {
    throwIfCancelled(signal);
    tell(`reading ${path}`, hashed, sizeBytes);
    files.push({ path, sizeBytes: size, blob: await hashOf((await artifacts.open(artifact)).read()) });
    hashed += size;
  }
  const list = Buffer.from(JSON.stringify({ v: 1, files } satisfies BlobManifest));
  const manifest = createHash('sha256').update(list).digest('hex');
  if (list.length > manifestMaxBytes || files.length > 10_000)
    throw new BenchmateError('TOO_LARGE', `${folder} holds ${files.length} files: too many for one model.`);
  if (stated && stated.manifest !== manifest)
    throw new BenchmateError(
      'CONFLICT',
      'The files are others than those that were shared for this version.',
      'Register what is there now as a new version.',
    );
  let movedBytes = 0;
  let done = 0;
  for (const [index, { blob, path, sizeBytes: size }] of files.entries()) {
    const { artifact } = found[index]!;
    const { read } = await artifacts.open(artifact);
    const progress = (bytes: number) => tell(`sending ${path}`, done + bytes, sizeBytes);
    movedBytes += await uploadBlob(
      { blob, sizeBytes: size, read: start => read(start) },
      { requests, signal, progress },
    );
    done += size;
  }
  const listed = {
    blob: manifest,
    sizeBytes: list.length,
    read: (start: number) => Readable.from([list.subarray(start)]),
  };
  await uploadBlob(listed, { requests, signal, progress: () => {} });
  return {
    files: { manifest, count: files.length, sizeBytes },
    result: { files: files.length, sizeBytes, movedBytes },
  };
}

/** By path, so that equal files make an equal list. */
async function filesBelow(artifacts: ArtifactsService, folder: string): Promise<Found[]> {
  const found: Found[] = [];
  const walk = async (below: string) => {
    for (const { name, isDir, sizeBytes } of await artifacts.list(below ? `${folder}/${below}` : folder)) {
      const path = below ? `${below}/${name}` : name;
      if (isDir) await walk(path);
      else found.push({ artifact: `${folder}/${path}`, path, sizeBytes: sizeBytes ?? 0 });
    }
  };
  await walk('');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
