import { projectOfDocument } from '@benchmate/shared/documents/document-id';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { DocumentKeeper } from '../../replication/documents/store.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { FeedKeeper } from '../../replication/feeds/store.ts';
import { documentName } from './document-name.ts';
import type { SharingState } from './sync-items.ts';

interface Parts {
  current: CurrentTeam;
  documents: DocumentKeeper;
  feeds: FeedKeeper;
  hub: DocumentHub;
  /** Projects of the team. */
  projects: () => readonly { projectId: string; name: string }[];
}

/** What of the current team waits for the sync server, and what its documents are called. */
export function sharingOf({
  current,
  documents,
  feeds,
  hub,
  projects,
}: Parts): Omit<SharingState, 'sync' | 'refusals'> {
  const { teamId, replica } = current;
  const { device } = replica.keys;
  const facts = feeds.weightAfter(teamId, device, replica.shared[device] ?? 0);
  return {
    sizeBytes: facts.sizeBytes + documents.weighUnshared(teamId),
    oldestMs: facts.oldest === null ? null : Date.parse(facts.oldest),
    nameOf: documentId => documentName(documentId, { hub, projects }),
    projectOf: projectOfDocument,
  };
}
