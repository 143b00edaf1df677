import type { FeedVector } from '@benchmate/shared/facts/entry';
import { withoutContradicted } from '@benchmate/shared/facts/feeds';

/**
 * Whose entries were handed over to one place because another history of theirs is held there (F4). Once is a proof; without a limit
 * both ends would answer each other for ever.
 */
export class SecondHistories {
  readonly #handedOver = new Set<string>();

  /** `held` by the other end, less what of it is of another history and was not answered yet. */
  less(held: FeedVector, contradicted: FeedVector): FeedVector {
    const open = Object.entries(contradicted).filter(([author]) => !this.#handedOver.has(author));
    return withoutContradicted(held, Object.fromEntries(open));
  }

  /** What is held here goes there now. */
  answered(contradicted: FeedVector): void {
    for (const author of Object.keys(contradicted)) this.#handedOver.add(author);
  }
}
