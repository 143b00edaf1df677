import { mkdir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { keyLock } from '../../features/bundles/lock.ts';
import { readHead } from '../../features/bundles/take-in.ts';
import type { FeedReplica } from '../feeds/replica.ts';
import { folderKey } from './folder-key.ts';
import { listFolder } from './listing.ts';
import { teamFolderName } from './names.ts';
import type { FolderSettings } from './store.ts';

interface Choice {
  path: string;
  passphrase: string | null;
  replica: FeedReplica;
}

/**
 * Looks at a folder before it is used: it must be there, and what others encrypted in it must open. Throws NOT_FOUND,
 * UNAUTHENTICATED where a passphrase is missing, or is another one.
 */
export async function chosenFolder({
  path,
  passphrase,
  replica,
}: Choice): Promise<Pick<FolderSettings, 'path' | 'key'>> {
  if (!isAbsolute(path))
    throw new BenchmateError('BAD_REQUEST', `${path} is no absolute path.`, 'Name the whole path.');
  const isFolder = await stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new BenchmateError('NOT_FOUND', `There is no folder ${path}.`, 'Make it, or look at its name.');
  const key = passphrase === null ? null : await folderKey(passphrase, replica.teamId);
  const root = join(path, teamFolderName(replica.teamId));
  await mkdir(root, { recursive: true });
  await checkKey(root, key, replica);
  return { path, key };
}

/** By the first file that says anything about it: a damaged one does not. */
async function checkKey(root: string, key: string | null, { teamId }: FeedReplica): Promise<void> {
  const lock = key === null ? null : keyLock(key);
  const { signal } = new AbortController();
  for (const { path } of await listFolder(root))
    try {
      await readHead({ file: path, lock, signal }, teamId, { signal, tell: () => {} });
      return;
    } catch (error) {
      if (error instanceof BenchmateError && error.code === 'UNAUTHENTICATED') throw error;
    }
}
