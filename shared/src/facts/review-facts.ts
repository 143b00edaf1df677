import { missingGroups, requiredGroups, type ReviewerRule } from '../domain/reviewer-rules.ts';
import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import type { Journal } from './journal.ts';
import { refusal, type Refusal } from './refusal.ts';
import type { VersionState } from './registry-models.ts';

type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;
type IsBefore = (item: HeldEntry) => boolean;

export interface RequiredReviewers {
  rules: readonly ReviewerRule[];
  /** The file and the commit in git that they were read from; empty when nobody said. */
  from: string;
}

/** A version that a fact is about, who stands for the fact, and what of other entries its author had seen. */
interface Concerning {
  item: HeldEntry;
  person: string;
  /** As people call it: `churn v9`. */
  name: string;
  version: VersionState;
  isBefore: IsBefore;
}

/** Who is asked for a verdict (R18), verdicts without a vote (R19), and whose approval is required (R20). */
export class ReviewFacts {
  readonly #sets: { item: HeldEntry; required: RequiredReviewers }[] = [];
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  take(fact: FactOf<'review.requested' | 'review.withdrawn'>, concerning: Concerning): Refusal | null {
    return fact.kind === 'review.requested' ? this.#request(fact, concerning) : this.#withdraw(fact, concerning);
  }

  #request(
    fact: FactOf<'review.requested'>,
    { item, person: by, name, version, isBefore }: Concerning,
  ): Refusal | null {
    const people = [...new Set(fact.people)];
    if (people.includes(version.answerable))
      return refusal(
        'FORBIDDEN',
        `${name} was registered by a member who is asked to review it, and nobody reviews their own work.`,
        'Ask somebody else.',
      );
    for (const person of people) {
      const given = [...version.verdicts, ...version.remarks].some(
        verdict => verdict.person === person && !isBefore(verdict.item),
      );
      const state = given ? 'answered' : 'open';
      this.#journal.push(version.requests, { item, person, by, comment: fact.comment, state });
    }
    return null;
  }

  #withdraw(fact: FactOf<'review.withdrawn'>, { person: by, name, version, isBefore }: Concerning): Refusal | null {
    const meant = version.requests.filter(
      request =>
        request.state === 'open' &&
        fact.people.includes(request.person) &&
        (request.by === by || request.person === by) &&
        isBefore(request.item),
    );
    for (const request of meant) this.#journal.assign(request, { state: 'withdrawn' });
    if (meant.length > 0) return null;
    return refusal(
      'NOT_FOUND',
      `Nothing was asked about ${name} that this member may take back or decline.`,
      'Who asked takes it back, and who is asked declines.',
    );
  }

  /** Any verdict, with a vote or without. */
  answer({ person, version }: Pick<Concerning, 'person' | 'version'>): void {
    for (const request of version.requests)
      if (request.person === person && request.state === 'open') this.#journal.assign(request, { state: 'answered' });
  }

  setRequired(item: HeldEntry, { rules, from = '' }: FactOf<'reviewers.set'>): null {
    this.#journal.push(this.#sets, { item, required: { rules, from } });
    return null;
  }

  get required(): RequiredReviewers {
    return this.#sets.at(-1)?.required ?? { rules: [], from: '' };
  }

  /** Null when everybody whom the last rules before a fact require had approved. `target`: an alias or a stage. */
  lacks(
    target: string,
    { model, version }: { model: string; version: VersionState },
    approving: ReadonlySet<string>,
    isBefore: IsBefore,
  ): Refusal | null {
    const rules = this.#sets.findLast(({ item }) => isBefore(item))?.required.rules ?? [];
    const groups = requiredGroups(rules, model, target);
    const missing = missingGroups(groups, { answerable: version.answerable, approving }).length;
    if (missing === 0) return null;
    return refusal(
      'NEEDS_APPROVAL',
      `${model} v${version.version} lacks the approval of ${missing} of the reviewers that are required for ${target}.`,
      'Ask them for a review: `benchmate review show` names them.',
    );
  }
}
