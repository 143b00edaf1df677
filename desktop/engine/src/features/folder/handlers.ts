import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { folder } from '@benchmate/shared/protocol/folder';
import type { TeamFolder } from '../../replication/folder/team-folder.ts';
import type { TeamSync } from '../../replication/sync/team-sync.ts';

export function folderHandlers(shared: TeamFolder, sync: TeamSync): Handlers<typeof folder> {
  return {
    async use({ path, passphrase }) {
      await shared.use(path, passphrase);
      return sync.status();
    },
    async leave() {
      await shared.leave();
      return sync.status();
    },
  };
}
