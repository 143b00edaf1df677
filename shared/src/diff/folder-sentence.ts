import type { FolderStatus } from '../domain/shared-folder.ts';
import { formatBytes } from './quantity-format.ts';

/** Whether everything is in the shared folder, and if not, what is not, how large that is, since when and why. */
export function folderSentence({ path, unshared, unsharedBytes, since, problem }: FolderStatus): string {
  if (unshared === 0) return problem || `Everything is in the shared folder ${path}.`;
  const changes = unshared === 1 ? '1 change' : `${unshared} changes`;
  const size = unsharedBytes > 0 ? ` (about ${formatBytes(unsharedBytes)})` : '';
  const from = since === null ? '' : `, since ${new Date(since).toLocaleString('en-GB')}`;
  return [`${changes}${size} not in the shared folder ${path} yet${from}.`, problem].filter(Boolean).join(' ');
}
