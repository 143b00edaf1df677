import { folderSentence } from '@benchmate/shared/diff/folder-sentence';
import type { FolderStatus } from '@benchmate/shared/domain/shared-folder';
import type { SyncStatus } from '@benchmate/shared/domain/team';

/** Without a server, what is not shared is what the folder lacks. */
export function withFolder(status: SyncStatus, folder: FolderStatus | null): SyncStatus {
  if (!folder || status.state !== 'off') return { ...status, folder };
  const { unshared, since } = folder;
  return { ...status, folder, unshared, since: since ?? status.since, message: folderSentence(folder) };
}
