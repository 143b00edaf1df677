import type { FileReview } from '../domain/file-review.ts';
import type { ReviewVerdict } from '../domain/model-review.ts';
import type { ReviewRequest, Verdict } from '../domain/registry.ts';
import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import type { Journal } from './journal.ts';
import { refusal, type Refusal } from './refusal.ts';

type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;
type FileReviewFact = FactOf<'file-review.requested' | 'file-review.withdrawn' | 'file-review.given'>;

interface Stated {
  item: HeldEntry;
  person: string;
  content: string;
  commit: string | null;
  comment: string;
}
type RequestState = Stated & { by: string; state: ReviewRequest['state'] };
type VerdictState = Stated & { verdict: ReviewVerdict };

interface FileState {
  project: string;
  path: string;
  requests: RequestState[];
  verdicts: VerdictState[];
}

/** Who stands for a fact, and what of other entries its author had seen. */
interface Author {
  item: HeldEntry;
  person: string;
  isBefore: (item: HeldEntry) => boolean;
}

const mostRemarks = 100;

/** Reviews of files by what they say: requests (R22) and verdicts (R21, R23). */
export class FileReviewFacts {
  readonly #files = new Map<string, FileState>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  take(fact: FileReviewFact, author: Author): Refusal | null {
    const { project, path } = fact;
    const key = JSON.stringify([project, path]);
    const file = this.#files.get(key) ?? { project, path, requests: [], verdicts: [] };
    const problem =
      fact.kind === 'file-review.requested'
        ? this.#request(fact, author, file)
        : fact.kind === 'file-review.given'
          ? this.#give(fact, author, file)
          : this.#withdraw(fact, author, file);
    if (!problem && !this.#files.has(key)) this.#journal.set(this.#files, key, file);
    return problem;
  }

  #request(
    { people, content, commit, comment, path }: FactOf<'file-review.requested'>,
    { item, person: by, isBefore }: Author,
    file: FileState,
  ): Refusal | null {
    if (people.includes(by))
      return refusal('FORBIDDEN', `Nobody is asked to review what they show: ${path}.`, 'Ask somebody else.');
    for (const person of new Set(people)) {
      const given = file.verdicts.some(verdict => verdict.person === person && !isBefore(verdict.item));
      const state = given ? 'answered' : 'open';
      this.#journal.push(file.requests, { item, person, by, content, commit: commit ?? null, comment, state });
    }
    return null;
  }

  #withdraw(
    { people, path }: FactOf<'file-review.withdrawn'>,
    { person: by, isBefore }: Author,
    { requests }: FileState,
  ): Refusal | null {
    const meant = requests.filter(
      request =>
        request.state === 'open' &&
        people.includes(request.person) &&
        (request.by === by || request.person === by) &&
        isBefore(request.item),
    );
    for (const request of meant) this.#journal.assign(request, { state: 'withdrawn' });
    if (meant.length > 0) return null;
    return refusal(
      'NOT_FOUND',
      `Nothing was asked about ${path} that this member may take back or decline.`,
      'Who asked takes it back, and who is asked declines.',
    );
  }

  #give(
    { verdict, content, commit, comment, path }: FactOf<'file-review.given'>,
    { item, person, isBefore }: Author,
    file: FileState,
  ): Refusal | null {
    const shown = file.requests.some(
      request => request.by === person && request.content === content && isBefore(request.item),
    );
    if (verdict !== 'comment' && shown)
      return refusal(
        'FORBIDDEN',
        `This member asked others to review ${path} as it is, and nobody votes on what they show.`,
        'Ask another reviewer.',
      );
    this.#journal.push(file.verdicts, { item, person, content, commit: commit ?? null, comment, verdict });
    for (const request of file.requests)
      if (request.person === person && request.state === 'open') this.#journal.assign(request, { state: 'answered' });
    return null;
  }

  /** By project and path. */
  told(nameOf: (device: string) => string): FileReview[] {
    const order = ({ project, path }: FileState) => `${project}\0${path}`;
    return [...this.#files.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)).map(file => toldOf(file, nameOf));
  }
}

function toldOf({ project, path, requests, verdicts }: FileState, nameOf: (device: string) => string): FileReview {
  const base = ({ item: { entry }, person, content, commit, comment }: Stated) => {
    const name = nameOf(entry.author);
    return { device: entry.author, name, person, content, commit, comment, at: entry.at };
  };
  const votes = verdicts.filter((given): given is Stated & { verdict: Verdict } => given.verdict !== 'comment');
  return {
    project,
    path,
    requests: latest(requests).map(({ item: { entry }, person, content, commit, comment, state }) => ({
      person,
      name: nameOf(person),
      by: { device: entry.author, name: nameOf(entry.author) },
      content,
      commit,
      comment,
      at: entry.at,
      state,
    })),
    votes: latest(votes).map(vote => ({ ...base(vote), verdict: vote.verdict })),
    remarks: verdicts
      .filter(({ verdict }) => verdict === 'comment')
      .slice(-mostRemarks)
      .map(base),
  };
}

/** The last of each person, in order of arrival. */
function latest<T extends { person: string }>(items: readonly T[]): T[] {
  const last = new Map<string, T>();
  for (const item of items) {
    last.delete(item.person);
    last.set(item.person, item);
  }
  return [...last.values()];
}
