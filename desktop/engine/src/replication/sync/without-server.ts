import { folderSentence } from '@benchmate/shared/diff/folder-sentence';
import type { DirectStatus } from '@benchmate/shared/domain/direct-status';
import type { FolderStatus } from '@benchmate/shared/domain/shared-folder';
import type { SyncStatus } from '@benchmate/shared/domain/team';

/** Other ways to share than a server. */
export interface OtherWays {
  folder: { status: () => FolderStatus | null; onChange: (listener: () => void) => () => void };
  direct: { status: () => DirectStatus; onChange: (listener: () => void) => () => void };
}

/** Without a server, what is not shared is what the folder lacks. */
export function withOtherWays(status: SyncStatus, ways: OtherWays | undefined): SyncStatus {
  if (!ways) return status;
  const folder = ways.folder.status();
  const direct = ways.direct.status();
  if (!folder || status.state !== 'off') return { ...status, folder, direct };
  const { unshared, since } = folder;
  return { ...status, folder, direct, unshared, since: since ?? status.since, message: folderSentence(folder) };
}
