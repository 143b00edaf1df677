import type { Member } from '../domain/team.ts';
import { decideClaims } from './decide-claims.ts';
import { isDecision } from './decisions.ts';
import type { FeedVector } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import type { GrowingHistory } from './growing-history.ts';
import { membersOf, type Membership } from './membership.ts';
import { isMembershipFact } from './membership-kinds.ts';
import { MembershipPass } from './membership-pass.ts';
import type { Invite, Standing } from './standing.ts';
import type { Refusal } from './refusal.ts';

const entriesPerStep = 64;

/**
 * The membership of a history that grows: always what `membershipOf` says. Facts about anything else cost nothing, and a
 * membership fact that comes last costs as much as itself. Only a decision, such as a removal, or one that lands among older ones, makes it
 * walk through the membership facts again; there are few of them.
 */
export class GrowingMembership implements Membership {
  readonly history: GrowingHistory;
  readonly seen: FeedVector = {};
  #pass: MembershipPass;
  /** In causal order. */
  #facts: HeldEntry[] = [];
  readonly #known = new Set<HeldEntry>();
  #members: Member[] | null = null;

  constructor(history: GrowingHistory) {
    this.history = history;
    this.#pass = new MembershipPass(history, []);
  }

  get teamId(): string {
    return this.#pass.founding?.hash ?? '';
  }

  get name(): string {
    return this.#pass.name;
  }

  get members(): Member[] {
    return (this.#members ??= membersOf(this.#pass));
  }

  get invites(): Invite[] {
    return this.#pass.invites;
  }

  get recoveryKeys(): { person: string; key: string }[] {
    return this.#pass.recoveryKeys;
  }

  get ignored(): ReadonlyMap<string, Refusal> {
    return this.#pass.ignored;
  }

  readonly standing = (item: HeldEntry): Standing => this.#pass.standing(item);

  /**
   * Takes up what is new in the history from `place` on. Returns the entries, one of an author at most, from which on
   * that author's older entries may stand differently now. Each step is short, apart from a walk through all.
   */
  *growing(place: number): Generator<void, HeldEntry[]> {
    const authors = new Set<string>();
    const news: HeldEntry[] = [];
    let isBehindAll = true;
    const { ordered } = this.history;
    for (let i = place; i < ordered.length; i++) {
      const item = ordered[i]!;
      authors.add(item.entry.author);
      if (isMembershipFact(item))
        if (!this.#known.has(item)) news.push(item);
        else if (news.length > 0) isBehindAll = false;
      if (i % entriesPerStep === 0) yield;
    }
    const changed = isBehindAll && !news.some(isDecision) ? this.#take(news) : this.#walkAgain();
    for (const { entry } of changed) {
      authors.add(entry.author);
      this.#forget(entry.author, entry.seq);
    }
    for (const author of authors) yield* this.#looking(author);
    return changed;
  }

  /** What a membership fact would be refused for that came at `place` in the history as it is now. */
  judge(item: HeldEntry): Refusal | null {
    return decideClaims(this.history.ordered.filter(isMembershipFact), this.history).ignored.get(item.hash) ?? null;
  }

  #take(news: readonly HeldEntry[]): HeldEntry[] {
    for (const item of news) {
      this.#known.add(item);
      this.#facts.push(item);
      this.#pass.take(item);
    }
    if (news.length > 0) this.#members = null;
    return [];
  }

  #walkAgain(): HeldEntry[] {
    this.#facts = this.history.ordered.filter(isMembershipFact);
    for (const item of this.#facts) this.#known.add(item);
    const before = this.#pass;
    this.#pass = decideClaims(this.#facts, this.history);
    this.#members = null;
    const authors = new Set([...before.terms.keys(), ...this.#pass.terms.keys()]);
    return [...authors].flatMap(author => this.#firstChanged(author, before) ?? []);
  }

  /** Terms weigh on what came after the joining, decisions on what their authors had not seen. */
  #firstChanged(author: string, before: MembershipPass): HeldEntry | undefined {
    const terms = differing(termsOf(before, author), termsOf(this.#pass, author), ([what]) => what);
    const decisions = differing(decisionsOn(before, author), decisionsOn(this.#pass, author), ({ hash }) => hash);
    const seqs = [
      ...terms.map(([, seq]) => seq),
      ...decisions.map(decision => this.history.seenBy(decision, author) + 1),
    ];
    const first = Math.min(...seqs);
    return first <= this.history.orderedOf(author) ? this.history.chain(author)[first - 1] : undefined;
  }

  #forget(author: string, seq: number): void {
    if ((this.seen[author] ?? 0) < seq) return;
    if (seq > 1) this.seen[author] = seq - 1;
    else delete this.seen[author];
  }

  /** Goes on from where it ended, which may be at an entry that had no right to be written: see `membershipOf`. */
  *#looking(author: string): Generator<void, void> {
    const chain = this.history.chain(author);
    const last = this.history.orderedOf(author);
    for (let seq = (this.seen[author] ?? 0) + 1; seq <= last; seq++) {
      const { kind } = this.standing(chain[seq - 1]!);
      if (kind === 'stranger' || kind === 'removed') return;
      this.seen[author] = seq;
      if (seq % entriesPerStep === 0) yield;
    }
  }
}

/** What a device's terms say without decisions, with the number of the entry that each begins with. */
const termsOf = (pass: MembershipPass, author: string): [what: string, seq: number][] =>
  (pass.terms.get(author) ?? []).map(({ join, root, sponsor }) => [
    [join, root.join, sponsor?.join].map(item => item?.hash).join(' ') + ` ${root.role} ${sponsor?.role}`,
    join.entry.seq,
  ]);

const decisionsOn = (pass: MembershipPass, author: string): HeldEntry[] =>
  pass.decisions.concerning(pass.terms.get(author) ?? []);

/** What is in one of the lists alone. */
function differing<T>(a: readonly T[], b: readonly T[], keyOf: (item: T) => string): T[] {
  const [inA, inB] = [new Set(a.map(keyOf)), new Set(b.map(keyOf))];
  return [...a.filter(item => !inB.has(keyOf(item))), ...b.filter(item => !inA.has(keyOf(item)))];
}
