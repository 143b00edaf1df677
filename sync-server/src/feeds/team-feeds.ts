import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Entry, FeedHeads, FeedVector } from '@benchmate/shared/facts/entry';
import { held, type HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { Feeds, withoutContradicted } from '@benchmate/shared/facts/feeds';
import type { Membership } from '@benchmate/shared/facts/membership';
import { isMembershipFact } from '@benchmate/shared/facts/membership-kinds';
import { GrowingRegistry } from '@benchmate/shared/facts/growing-registry';
import type { EntryStore } from '../storage/ports.ts';
import { refusalOf } from './offer-refusal.ts';
import { TeamMembership } from './team-membership.ts';

/** Some milliseconds. */
const stepsAtOnce = 200;

export interface Refused {
  author: string;
  seq: number;
  reason: string;
}

/** What became of entries that a device offered. `gap`: entries before some of them are missing. */
export interface Taken {
  stored: Entry[];
  /** Highest committed seq per author of what was offered. */
  committed: FeedVector;
  refused: Refused[];
  gap: boolean;
  /** What is held here in the place of entries that begin a second history: one of each author. */
  instead: Entry[];
  /** Entries of second histories that were not known here. */
  evidence: Entry[];
}

/** What a device lacks, and what is here. */
interface Lacking {
  entries: Entry[];
  have: FeedVector;
  /** Of whom there is not what the device said, what there is; absent where it said nothing. */
  heads?: FeedHeads;
  /** How far the device holds the histories that are held here. */
  has: FeedVector;
}

type ToldMembership = Pick<Membership, 'teamId' | 'name' | 'members' | 'invites' | 'recoveryKeys'>;

export interface TeamFeedsParts {
  log: EntryStore;
  now: () => number;
  maxMembers: number;
}

/** The feeds of one team on this server: verified, authorised, committed. */
export class TeamFeeds {
  readonly teamId: string;
  readonly #log: EntryStore;
  readonly #maxMembers: number;
  readonly #now: () => number;
  #feeds: Feeds;
  /** As of the last commit. */
  #membership: ToldMembership;
  /** What judges the next offer; null until one comes. */
  #growing: TeamMembership | null;
  /** Offers are taken one after the other, so that nobody is told of what is not committed yet. */
  #work: Promise<unknown> = Promise.resolve();

  private constructor({ log, now, maxMembers }: TeamFeedsParts, feeds: Feeds, growing: TeamMembership) {
    this.teamId = feeds.teamId;
    this.#log = log;
    this.#now = now;
    this.#maxMembers = maxMembers;
    this.#feeds = feeds;
    this.#growing = growing;
    this.#membership = toldBy(growing);
  }

  static async open(teamId: string, parts: TeamFeedsParts): Promise<TeamFeeds> {
    const feeds = await load(teamId, parts.log);
    return new TeamFeeds(parts, feeds, await TeamMembership.of(feeds.entries()));
  }

  get membership(): ToldMembership {
    return this.#membership;
  }

  /** The living models, as the facts have them now. Taken up in slices: a large team holds nobody else up. */
  async models(): Promise<readonly RegisteredModel[]> {
    const growing = new GrowingRegistry();
    growing.add(this.#feeds.entries());
    while (!growing.catchUp(stepsAtOnce)) await nextTurn();
    return growing.registry.models;
  }

  get known(): boolean {
    return this.#membership.teamId !== '';
  }

  isMember(device: string): boolean {
    return this.#membership.members.some(member => member.active && member.device === device);
  }

  /** What somebody with `vector` lacks, and what is here, when all that was offered before is committed. */
  lacking(vector: FeedVector, heads?: FeedHeads): Promise<Lacking> {
    return this.#afterwards(() => {
      const has = withoutContradicted(vector, this.#feeds.contradicted(vector, heads));
      const answer = { entries: this.#feeds.entriesAfter(has), have: this.#feeds.vector(), has };
      return heads ? { ...answer, heads: this.#headsInstead(vector, heads) } : answer;
    });
  }

  /** Nobody is connected: what only offers need is let go. */
  rest(): void {
    void this.#afterwards(() => (this.#growing = null));
  }

  #headsInstead(vector: FeedVector, heads: FeedHeads): FeedHeads {
    const confirmed = this.#feeds.hashesAt(vector);
    const all = this.#feeds.hashesAt(this.#feeds.vector());
    return Object.fromEntries(
      Object.entries(all).filter(([author]) => author in heads && heads[author] !== confirmed[author]),
    );
  }

  /** Takes up what other processes have committed, and gives it back. */
  refresh(): Promise<Entry[]> {
    return this.#afterwards(async () => {
      const stored = await this.#log.ofTeam(this.teamId);
      const news = stored.filter(({ author, seq }) => seq > (this.#feeds.head(author)?.seq ?? 0));
      if (news.length === 0) return news;
      const items = news.map(held);
      for (const item of items) this.#feeds.restoreHeld(item);
      this.#tell(await this.#grown(items), items);
      return news;
    });
  }

  /** Verifies, authorises and commits. Rejects when the disk does not take it; then nothing of it is here. */
  take(entries: readonly Entry[], device: string): Promise<Taken> {
    return this.#afterwards(() => this.#take(entries, device));
  }

  #afterwards<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }

  async #take(entries: readonly Entry[], device: string): Promise<Taken> {
    const taken: Taken = { stored: [], committed: {}, refused: [], gap: false, instead: [], evidence: [] };
    const added: HeldEntry[] = [];
    const refuse = ({ author, seq }: Entry, reason: string) => taken.refused.push({ author, seq, reason });
    const joining = this.known && !this.isMember(device);
    const commit = ({ author, seq }: Entry) => (taken.committed[author] = Math.max(taken.committed[author] ?? 0, seq));
    for (const entry of entries) {
      // Who comes back after a removal brings along what it wrote before it knew; without joining none of it is taken.
      if (joining && entry.author !== device) {
        refuse(entry, 'Until it is a member a device may only join.');
        continue;
      }
      const result = this.#feeds.add(entry);
      if (result.kind === 'added') added.push(result.held);
      else if (result.kind === 'duplicate') commit(entry);
      else if (result.kind === 'gap') taken.gap = true;
      else if (result.kind === 'fork') {
        refuse(entry, 'The device wrote another entry under this number before.');
        this.#secondHistory(entry, result.isKept, taken);
      } else refuse(entry, result.reason);
    }
    if (added.length === 0) return taken;
    for (const entry of await this.#committed(added, device, refuse)) {
      taken.stored.push(entry);
      commit(entry);
    }
    return taken;
  }

  async #committed(
    added: readonly HeldEntry[],
    device: string,
    refuse: (entry: Entry, reason: string) => void,
  ): Promise<Entry[]> {
    try {
      const growing = await this.#authorised(added, device, refuse);
      const accepted = added.filter(({ entry }) => entry.seq <= this.#numberHeld(entry));
      if (accepted.length > 0) await this.#log.append(this.teamId, accepted);
      this.#tell(growing, accepted);
      return accepted.map(({ entry }) => entry);
    } catch (error) {
      for (const { entry } of added.toReversed()) this.#feeds.retract(entry.author, entry.seq);
      this.#growing = null;
      throw new BenchmateError('INTERNAL', 'The entries could not be stored.', 'Try again later.', { cause: error });
    }
  }

  /** Whoever brings a second history is shown the one that is held here. */
  #secondHistory(entry: Entry, isKept: boolean, { instead, evidence }: Taken): void {
    if (isKept) evidence.push(entry);
    const { author } = entry;
    if (instead.some(other => other.author === author)) return;
    const here = this.#feeds.at(author, this.#numberHeld(entry));
    if (here) instead.push(here.entry);
  }

  /** The entry's number, or the last one that is held of its author. */
  #numberHeld({ author, seq }: Entry): number {
    return Math.min(seq, this.#feeds.head(author)?.seq ?? 0);
  }

  /** What all entries say, `added` included, which were not judged yet. */
  async #grown(added: readonly HeldEntry[]): Promise<TeamMembership> {
    const growing = this.#growing;
    this.#growing = null; // should anything below fail, the next one begins anew
    growing?.add(added);
    return (this.#growing = growing ?? (await TeamMembership.of(this.#feeds.entries())));
  }

  #tell(growing: TeamMembership, added: readonly HeldEntry[]): void {
    const isChanged = growing.told.members !== this.#membership.members || added.some(isMembershipFact);
    if (isChanged) this.#membership = toldBy(growing);
  }

  /** Gives up again what its author had no right to write, and whatever rests on it. */
  async #authorised(
    added: readonly HeldEntry[],
    device: string,
    refuse: (entry: Entry, reason: string) => void,
  ): Promise<TeamMembership> {
    const growing = await this.#grown(added);
    const offer = { device, isMember: this.isMember(device), growing, now: this.#now(), maxMembers: this.#maxMembers };
    let gaveUp = false;
    for (const item of added) {
      const { entry } = item;
      if (entry.seq > this.#numberHeld(entry)) continue;
      const reason = refusalOf(item, offer);
      if (reason === null) continue;
      gaveUp = true;
      this.#feeds.retract(entry.author, entry.seq);
      refuse(entry, reason);
    }
    if (!gaveUp) return growing;
    this.#growing = null;
    return this.#grown([]);
  }
}

function toldBy({ told }: TeamMembership): ToldMembership {
  const { teamId, name, members, invites, recoveryKeys } = told;
  return { teamId, name, members, invites, recoveryKeys };
}

async function load(teamId: string, log: EntryStore): Promise<Feeds> {
  const feeds = new Feeds(teamId);
  feeds.restore(await log.ofTeam(teamId));
  return feeds;
}
