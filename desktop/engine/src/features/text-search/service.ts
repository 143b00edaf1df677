import { spellingsOf } from '@benchmate/shared/domain/bench-link';
import type { TextHit } from '@benchmate/shared/domain/text-hit';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { TextStore } from './store.ts';
import type { TextIndexer } from './indexer.ts';
import { termsOf } from './query.ts';
import type { TextAnswer, TextQuery } from './reads.ts';

interface Parts {
  current: CurrentTeam;
  indexer: TextIndexer;
  texts: TextStore;
  read: (query: TextQuery) => Promise<TextAnswer>;
}

interface Request {
  text: string;
  projectId?: string | undefined;
  typing: boolean;
  limit: number;
}

/** What changed a moment ago is waited for so long; then the answer says that something waits. */
const patienceMs = 1000;
const mostMentions = 200;

/** Search in the words of the current team's notes and comments. */
export class TextSearchService {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async find({
    text,
    projectId,
    typing,
    limit,
  }: Request): Promise<{ hits: TextHit[]; more: boolean; pending: number }> {
    const { current, indexer, read } = this.#parts;
    const pending = await indexer.settled(patienceMs);
    const terms = termsOf(text, { typing });
    if (terms.length === 0) return { hits: [], more: false, pending };
    const query = { team: current.teamId, projectId: projectId ?? null, terms, limit };
    const answer = await read(query);
    if (answer) return { ...answer, pending };
    await indexer.rebuild();
    return { ...((await read(query)) ?? { hits: [], more: false }), pending: 0 };
  }

  /** Notes and comments that point at a thing, newest first. */
  async pointingAt(target: string, limit: number): Promise<Omit<TextHit, 'snippet'>[]> {
    await this.#parts.indexer.settled(patienceMs);
    return this.#parts.texts.linkingTo(this.#parts.current.teamId, spellingsOf(target), limit);
  }

  /** What mentions one of these handles (domain/mention.ts), newest first. */
  mentionsOf(handles: readonly string[]): Omit<TextHit, 'snippet'>[] {
    const { texts, current } = this.#parts;
    return texts.linkingTo(
      current.teamId,
      handles.map(handle => `@${handle}`),
      mostMentions,
    );
  }

  async rebuild(): Promise<{ entries: number }> {
    return { entries: await this.#parts.indexer.rebuild() };
  }
}
