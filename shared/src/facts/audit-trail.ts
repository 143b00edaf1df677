import type { AuditFinding, AuditReport } from '../domain/audit-report.ts';
import { entry as entrySchema, type Entry } from './entry.ts';
import { canonical, hashEntry, verifyEntry } from './entry-hash.ts';

/** An entry as it was found, with what is said about it beside it. */
export interface FoundEntry {
  /** The signed entry as JSON. */
  text: string;
  /** Words for the place it was found at. */
  where: string;
  author?: string | undefined;
  seq?: number | undefined;
  hash?: string | undefined;
  /** It was kept aside as evidence of a second history, and is no part of its author's feed. */
  rival?: boolean | undefined;
}

/** Where feeds end, as a seal says. */
export type Heads = Readonly<Record<string, { seq: number; hash: string }>>;

interface Place {
  hash: string;
  prev: string;
  isIntact: boolean;
}

/** How the record writes an entry; nobody may change even what JSON gives no meaning to. */
export type Spelling = (entry: unknown) => string;

/**
 * Looks at the signed entries of one team, one after the other, and says of each that does not hold whose it is and
 * which. Every entry is judged by itself, so that one damaged entry does not accuse those that follow it. Of a text of
 * any length it keeps a hash per entry. Rules A1 to A6 in SPEC.md.
 */
export class AuditTrail {
  #team: string | null;
  readonly #spelling: Spelling;
  readonly #feeds = new Map<string, Map<number, Place>>();
  readonly #last = new Map<string, number>();
  readonly #names = new Map<string, string>();
  /** Per device the highest number that an intact entry refers to, and whose that is. */
  readonly #referred = new Map<string, { seq: number; by: Entry }>();
  readonly #findings: Omit<AuditFinding, 'name'>[] = [];
  #teamName = '';
  #entries = 0;

  /** `team`: null when nothing that can be trusted says which; then the first entry that holds does. */
  constructor(team: string | null, spelling: Spelling = canonical) {
    this.#team = team;
    this.#spelling = spelling;
  }

  /** Whose entry it is, as far as that can be known, and whether it and what is said beside it hold by themselves. */
  take(found: FoundEntry): { holds: boolean; author: string | undefined; seq: number | undefined } {
    const before = this.#findings.length;
    this.#entries++;
    const entry = readEntry(found.text);
    let { author, seq } = found;
    if (entry) ({ author, seq } = this.#judge(found, entry));
    else {
      this.#find('unreadable', found.author, found.seq, `${placeWords(found)} cannot be read.`);
      if (found.author !== undefined && found.seq !== undefined && !found.rival)
        this.#settle(found.author, found.seq, null);
    }
    const holds = this.#findings.slice(before).every(({ kind }) => kind === 'fork');
    return { holds, author, seq };
  }

  /** For what a reader of a whole record finds beside the entries. */
  find(kind: AuditFinding['kind'], author: string | undefined, seq: number | undefined, what: string): void {
    this.#find(kind, author, seq, what);
  }

  /** Whether the device stated who its person is, or may have done so in an entry that is damaged. */
  knows(device: string): boolean {
    return this.#names.has(device) || [...(this.#feeds.get(device)?.values() ?? [])].some(({ isIntact }) => !isIntact);
  }

  nameOf(device: string): string {
    return this.#names.get(device) || device.slice(0, 8);
  }

  report(heads: Heads = {}): AuditReport {
    for (const [author, places] of this.#feeds) this.#checkLinks(author, places);
    this.#checkEnds(heads);
    const findings = this.#findings.map(each => ({ ...each, name: each.author ? this.nameOf(each.author) : '' }));
    const feeds = [...this.#feeds].map(([device, places]) => {
      const entries = this.#last.get(device)!;
      return { device, name: this.nameOf(device), entries, head: places.get(entries)?.hash ?? '' };
    });
    const ok = findings.length === 0;
    const [team, teamName, entries] = [this.#team ?? '', this.#teamName, this.#entries];
    return { ok, team, teamName, entries, feeds, findings, sealedBy: null };
  }

  #judge(found: FoundEntry, entry: Entry): { author: string; seq: number } {
    const isSigned = verifyEntry(entry);
    // A signature shows whose entry it is; without one what stands beside it is the better witness.
    const author = isSigned ? entry.author : (found.author ?? entry.author);
    const seq = isSigned ? entry.seq : (found.seq ?? entry.seq);
    const what = `Entry ${seq}`;
    const hash = hashEntry(entry);
    if (!isSigned) this.#find('signature', author, seq, `${what} is not what its author signed.`);
    else {
      this.#learn(entry);
      if ((found.author ?? author) !== author || (found.seq ?? seq) !== seq)
        this.#find('label', author, seq, `${what} is kept as ${placeWords(found)}.`);
      if ((found.hash ?? hash) !== hash)
        this.#find('label', author, seq, `The hash beside ${lower(what)} is not its hash.`);
      if (this.#spelling(entry) !== found.text)
        this.#find('spelling', author, seq, `${what} is written in another way than it was kept.`);
      const isFounding = entry.fact.kind === 'team.founded';
      this.#team ??= isFounding ? hash : entry.team;
      if (isFounding ? hash !== this.#team || entry.team !== '' : entry.team !== this.#team)
        this.#find('foreign', author, seq, `${what} belongs to another team.`);
    }
    if (found.rival) {
      if (isSigned)
        this.#find('fork', author, seq, `There is a second signed history with an entry ${seq}: ${twoHistories}.`);
    } else this.#settle(author, seq, { hash, prev: entry.prev, isIntact: isSigned });
    return { author, seq };
  }

  #settle(author: string, seq: number, place: Place | null): void {
    const places = this.#feeds.get(author) ?? new Map<number, Place>();
    this.#feeds.set(author, places);
    const known = places.get(seq);
    const last = this.#last.get(author) ?? 0;
    if (known && place && known.isIntact && place.isIntact) {
      if (known.hash === place.hash) this.#find('twice', author, seq, `Entry ${seq} is there twice.`);
      else this.#find('fork', author, seq, `There are two signed entries ${seq}: ${twoHistories}.`);
    } else if (seq < last && !known) this.#find('order', author, seq, `Entry ${seq} stands after entry ${last}.`);
    if (!known?.isIntact) places.set(seq, place ?? { hash: '', prev: '', isIntact: false });
    this.#last.set(author, Math.max(last, seq));
  }

  #learn({ author, fact, ...entry }: Entry): void {
    if (fact.kind === 'team.founded' || fact.kind === 'team.renamed') this.#teamName = fact.team;
    if ('member' in fact && typeof fact.member?.name === 'string') this.#names.set(author, fact.member.name);
    for (const [device, seq] of Object.entries(entry.after))
      if (seq > (this.#referred.get(device)?.seq ?? 0))
        this.#referred.set(device, { seq, by: { author, fact, ...entry } });
  }

  #checkLinks(author: string, places: ReadonlyMap<number, Place>): void {
    const last = this.#last.get(author)!;
    let missingFrom = 0;
    for (let seq = 1; seq <= last; seq++) {
      const place = places.get(seq);
      if (!place) missingFrom ||= seq;
      else if (missingFrom > 0) {
        this.#find('missing', author, missingFrom, `${range(missingFrom, seq - 1)} missing.`);
        missingFrom = 0;
      }
      const before = seq === 1 ? { hash: '', isIntact: true } : places.get(seq - 1);
      if (place?.isIntact && before?.isIntact && place.prev !== before.hash)
        this.#find('link', author, seq, `Entry ${seq} does not follow the entry ${seq - 1} that is here.`);
    }
  }

  #checkEnds(heads: Heads): void {
    for (const [device, { seq, by }] of this.#referred) {
      const last = this.#last.get(device) ?? 0;
      if (last >= seq || (heads[device]?.seq ?? 0) >= seq) continue;
      const witness = `entry ${by.seq} of ${this.nameOf(by.author)} refers to ${seq === last + 1 ? 'it' : 'them'}`;
      this.#find('missing', device, last + 1, `${range(last + 1, seq)} missing: ${witness}.`);
    }
    for (const [device, { seq, hash }] of Object.entries(heads)) {
      const last = this.#last.get(device) ?? 0;
      if (last < seq)
        this.#find(
          'missing',
          device,
          last + 1,
          `${range(last + 1, seq)} missing: the seal says that the feed ends with ${seq}.`,
        );
      else if (last > seq) this.#find('seal', device, seq + 1, `Entry ${seq + 1} came after the seal.`);
      const place = this.#feeds.get(device)?.get(seq);
      if (place?.isIntact && place.hash !== hash)
        this.#find('seal', device, seq, `Entry ${seq} is not the one that was sealed.`);
    }
  }

  #find(kind: AuditFinding['kind'], author: string | undefined, seq: number | undefined, what: string): void {
    this.#findings.push({ kind, author: author ?? null, seq: seq ?? null, what });
  }
}

/** With all members that it has, not only those that are known: the signature is over all of them. */
function readEntry(text: string): Entry | null {
  try {
    const value: unknown = JSON.parse(text);
    return entrySchema.safeParse(value).success ? (value as Entry) : null;
  } catch {
    return null;
  }
}

const twoHistories = 'that device, or a copy of its key, wrote two histories';
const range = (from: number, to: number) => (from === to ? `Entry ${from} is` : `Entries ${from} to ${to} are`);
const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

function placeWords({ author, seq, where }: FoundEntry): string {
  if (author === undefined || seq === undefined) return `What stands at ${where}`;
  return `Entry ${seq} of device ${author.slice(0, 8)} (${where})`;
}
