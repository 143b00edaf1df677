import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { FeedReplica } from './replica.ts';

/** The team that this device works in now. Features ask here each time: joining another team replaces the replica. */
export class CurrentTeam {
  readonly #listeners = new Set<(added: readonly HeldEntry[]) => void>();
  readonly #switchListeners = new Set<(replica: FeedReplica) => void>();
  #replica: FeedReplica;
  #detach: () => void;

  constructor(replica: FeedReplica) {
    this.#replica = replica;
    this.#detach = this.#attach(replica);
  }

  get replica(): FeedReplica {
    return this.#replica;
  }

  get teamId(): string {
    return this.#replica.teamId;
  }

  switchTo(replica: FeedReplica): void {
    this.#detach();
    this.#replica = replica;
    this.#detach = this.#attach(replica);
    for (const listener of this.#switchListeners) listener(replica);
  }

  /** Called with committed entries of whichever team is the current one. */
  onEntries(listener: (added: readonly HeldEntry[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onSwitch(listener: (replica: FeedReplica) => void): () => void {
    this.#switchListeners.add(listener);
    return () => this.#switchListeners.delete(listener);
  }

  #attach(replica: FeedReplica): () => void {
    return replica.onEntries(added => {
      for (const listener of this.#listeners) listener(added);
    });
  }
}
