import type { SyncStatus } from '../domain/team.ts';
import { folderSentence } from './folder-sentence.ts';

interface Words {
  /** A codicon. */
  icon: string;
  short: string;
  sentence: string;
}

/** How a team without a server shares, in words: through a folder, or with single devices; null when it does neither. */
export function otherWaysText({ folder, direct }: Pick<SyncStatus, 'folder' | 'direct'>): Words | null {
  if (folder) {
    const { unshared, problem } = folder;
    const short = unshared > 0 ? `${unshared} not in the folder` : 'shared by folder';
    return { icon: problem ? 'warning' : unshared > 0 ? 'sync' : 'check', short, sentence: folderSentence(folder) };
  }
  const names = (direct?.peers ?? []).map(({ name }) => name).join(', ');
  return names ? { icon: 'sync', short: `with ${names}`, sentence: `Connected directly with ${names}.` } : null;
}
