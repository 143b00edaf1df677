import { documentIds } from '@benchmate/shared/documents/document-id';
import type { TeamStore } from '../team/store.ts';
import type { DocumentStore } from '../../replication/documents/store.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { FeedReplica } from '../../replication/feeds/replica.ts';
import type { TeamSync } from '../../replication/sync/team-sync.ts';

export interface GuestParts {
  current: CurrentTeam;
  settings: TeamStore;
  sync: TeamSync;
  documents: DocumentStore;
}

/** A device that looks into a team without being a member (G9). */
export class Guest {
  readonly #parts: GuestParts;

  constructor(parts: GuestParts) {
    this.#parts = parts;
  }

  /** Whether nothing of this device's own would go out of sight: it is alone in its team, and has stated and written nothing there. */
  hasNothingOfItsOwn(): boolean {
    const { current, sync, documents } = this.#parts;
    const { registry, keys } = current.replica;
    const { members } = registry.membership;
    const isMember = members.some(({ device, active }) => active && device === keys.device);
    const isAlone = members.length === 1 && sync.settings.serverUrl === null && registry.models.length === 0;
    const written = documents.list(current.teamId).filter(id => id !== documentIds.team(current.teamId));
    const drafts = documents.list('draft').filter(id => id.startsWith(`draft.${current.teamId}.`));
    return drafts.length === 0 && (!isMember || (isAlone && written.length === 0));
  }

  /** From now on the replica's team is the one that is shown here. */
  async lookInto(replica: FeedReplica): Promise<void> {
    const { current, settings, sync } = this.#parts;
    const alone = { serverUrl: null, paused: false };
    await settings.write({ teamId: replica.teamId, ...alone });
    current.switchTo(replica);
    sync.configure(alone);
  }
}
