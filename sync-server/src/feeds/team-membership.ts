import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { GrowingHistory } from '@benchmate/shared/facts/growing-history';
import { GrowingMembership } from '@benchmate/shared/facts/growing-membership';

/** Some milliseconds. */
const stepsAtOnce = 200;

/**
 * Who belongs to a team, by feeds that grow: always what `membershipOf` says of them, at the cost of what is added. It cannot
 * give anything up again: who takes entries back begins with a new one.
 */
export class TeamMembership {
  readonly #history = new GrowingHistory();
  readonly #growing = new GrowingMembership(this.#history);

  /** In slices: a large team holds nobody else up. */
  static async of(entries: readonly HeldEntry[]): Promise<TeamMembership> {
    const membership = new TeamMembership();
    const work = membership.#adding(entries);
    for (let step = 1; !work.next().done; step++) if (step % stepsAtOnce === 0) await nextTurn();
    return membership;
  }

  /** Next entries of their authors' chains. */
  add(items: readonly HeldEntry[]): void {
    const work = this.#adding(items);
    while (!work.next().done);
  }

  get told(): GrowingMembership {
    return this.#growing;
  }

  /** Whether something in its past is not here. */
  isWaiting({ entry }: HeldEntry): boolean {
    return this.#history.orderedOf(entry.author) < entry.seq;
  }

  *#adding(items: readonly HeldEntry[]): Generator<void, void> {
    const place = yield* this.#history.adding(items);
    yield* this.#growing.growing(place);
  }
}
