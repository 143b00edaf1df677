import type { Clock } from '../../host/clock.ts';
import { documentKind } from '../../replication/documents/document-kind.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { SnapshotService } from './service.ts';

export interface AutomaticParts {
  hub: DocumentHub;
  current: CurrentTeam;
  clock: Clock;
  /** Projects whose `benchmate.yaml` says `snapshot: automatic`. */
  projects: () => string[];
  snapshot: SnapshotService;
  failed: (error: unknown) => void;
}

/** Long enough for a sentence, short enough for `git add` after it. */
const quietMs = 2000;

/** Writes snapshots a moment after something changed, in projects that ask for it. */
export function writeAutomatically({ hub, current, clock, projects, snapshot, failed }: AutomaticParts): void {
  let cancel: (() => void) | null = null;
  const changed = () => {
    cancel?.();
    cancel = clock.after(quietMs, () => {
      cancel = null;
      for (const projectId of projects()) snapshot.write(projectId).catch(failed);
    });
  };
  current.onEntries(changed);
  hub.onOpen((documentId, doc) => {
    if (documentKind(documentId)?.teamId === current.teamId) doc.on('update', changed);
  });
}
