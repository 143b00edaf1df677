import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { Feeds, type AddResult } from '@benchmate/shared/facts/feeds';
import { GrowingRegistry } from '@benchmate/shared/facts/growing-registry';
import { Slices } from './slices.ts';
import type { FeedKeeper } from './store.ts';

/**
 * One team's feeds in memory with what they say. Ordinary facts are taken up at once; a long replay goes on in slices, and
 * until it is done the registry is as it was before.
 */
export class TeamFacts {
  readonly feeds: Feeds;
  readonly held = new GrowingRegistry();
  #catchingUp: Promise<void> = Promise.resolve();

  private constructor(teamId: string) {
    this.feeds = new Feeds(teamId);
  }

  /** What was stored, page by page in order of arrival. */
  static async load(teamId: string, stored: FeedKeeper): Promise<TeamFacts> {
    const facts = new TeamFacts(teamId);
    const slices = new Slices();
    for (const page of stored.pages(teamId)) {
      for (const item of page) facts.feeds.restoreHeld(item);
      if (slices.isOver) await slices.giveWay();
    }
    for (const rival of stored.forks(teamId)) facts.feeds.restoreFork(rival);
    facts.takeUp(facts.feeds.entries());
    await facts.caughtUp();
    return facts;
  }

  /** Adds an entry to its feed. What it says counts after `takeUp`. */
  add(item: HeldEntry, isSigned: () => boolean): AddResult {
    return this.feeds.take(item, isSigned);
  }

  /** Whether facts were added whose meaning is not known yet: nothing may be stated or added until `caughtUp`. */
  get isBehind(): boolean {
    return this.held.isBehind;
  }

  takeUp(items: readonly HeldEntry[]): void {
    this.held.add(items);
    const slices = new Slices();
    while (!this.held.catchUp(1))
      if (slices.isOver) {
        this.#catchingUp = this.#catchUp(slices);
        return;
      }
  }

  /** The rest of what was begun, at once: for the next of several facts that are stated together. */
  takeUpRest(): void {
    this.held.catchUp();
  }

  /** Resolves when the registry says what all facts say. */
  caughtUp(): Promise<void> {
    return this.#catchingUp;
  }

  async #catchUp(slices: Slices): Promise<void> {
    do await slices.giveWay();
    while (!this.#catchUpForAWhile(slices));
  }

  #catchUpForAWhile(slices: Slices): boolean {
    while (!slices.isOver) if (this.held.catchUp(1)) return true;
    return false;
  }
}
