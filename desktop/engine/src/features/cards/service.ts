import { lintCard } from '@benchmate/shared/cards/lint-card';
import type { RunFacts } from '@benchmate/shared/cards/claim-findings';
import { diffCards, type CardDiff } from '@benchmate/shared/diff/card-diff';
import type { CardFinding } from '@benchmate/shared/domain/card-finding';
import type { MetricDirection } from '@benchmate/shared/domain/metric';

export interface CardsParts {
  /** Runs of a project, newest first, at most so many. */
  recentRuns: (projectId: string, limit: number) => Promise<readonly RunFacts[]>;
  /** All runs that a person can mean by this: an id, its beginning, or a name. */
  runsMeant: (text: string) => readonly RunFacts[];
  /** Sections that a project asks its card to have; undefined where it asks for none. */
  sectionsOf: (projectId: string) => readonly string[] | undefined;
  /** As a project declares them. NOT_FOUND where there is no such project. */
  directionsOf: (projectId: string) => Readonly<Record<string, MetricDirection>>;
}

/** A number is bound to a run that somebody remembers: no search through years of runs while one types. */
const recentRuns = 200;

/** Model cards against the runs of this engine. Keeps nothing: a card is a file in git. */
export class CardsService {
  readonly #parts: CardsParts;

  constructor(parts: CardsParts) {
    this.#parts = parts;
  }

  async check(projectId: string | null, text: string): Promise<CardFinding[]> {
    const recent = projectId === null ? [] : await this.#parts.recentRuns(projectId, recentRuns);
    const known = new Map<string, readonly RunFacts[]>();
    const find = (reference: string) =>
      known.get(reference) ?? known.set(reference, this.#parts.runsMeant(reference)).get(reference)!;
    const sections = projectId === null ? undefined : this.#parts.sectionsOf(projectId);
    return lintCard(text, { runs: { recent, find }, sections });
  }

  diff(projectId: string | null, before: string, after: string): CardDiff {
    return diffCards(before, after, projectId === null ? {} : this.#parts.directionsOf(projectId));
  }
}
