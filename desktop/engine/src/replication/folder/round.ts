import type { Lock } from '../../features/bundles/lock.ts';
import type { Store } from '../../storage/database.ts';
import type { Clock } from '../../host/clock.ts';
import type { DocumentHub } from '../documents/hub.ts';
import type { DocumentStore } from '../documents/store.ts';
import type { FeedReplica } from '../feeds/replica.ts';
import type { SecondHistories } from '../feeds/second-histories.ts';
import type { FolderStore } from './store.ts';
import type { ReadProblems } from './problems.ts';

/** What one look into a shared folder works with. */
export interface Round {
  store: Store;
  folder: FolderStore;
  documents: DocumentStore;
  hub: DocumentHub;
  replica: FeedReplica;
  clock: Clock;
  lock: Lock | null;
  signal: AbortSignal;
  /** The team's folder in the shared one. */
  root: string;
  /** Name of this device's folder in it. */
  own: string;
  problems: ReadProblems;
  secondHistories: SecondHistories;
}

/** Nobody watches how far a look is. */
export const silently = ({ signal }: Pick<Round, 'signal'>) => ({ signal, tell: () => {} });
