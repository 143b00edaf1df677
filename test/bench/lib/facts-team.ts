import type { Fact, FeedVector } from '@benchmate/shared/facts/entry';
import { held, type HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';

const models = 50;

/**
 * A team of six and what five of them state about 50 models: each entry follows all before it. Only the first ones are signed;
 * reducers do not look at signatures, and signing 50,000 takes a minute.
 */
export function writtenFacts(count: number): { entries: HeldEntry[]; authors: Author[]; away: Author } {
  const founder = SimulatedDevice.founder('Ana', 1);
  const devices = [
    founder,
    ...[2, 3, 4, 5, 6].map(number =>
      founder.welcome(`member ${number}`, number, number === 6 ? 'owner' : 'maintainer'),
    ),
  ];
  const entries = founder.feeds.entriesAfter({}).map(held);
  const team = founder.feeds.teamId;
  const seen = founder.feeds.vector();
  const all = devices.map(({ device }) => new Author(device, team, founder.feeds.head(device)!));
  const authors = all.slice(0, 5);
  for (let index = 0; entries.length < count; index++)
    entries.push(authors[index % authors.length]!.write(factNumber(index), seen));
  return { entries, authors, away: all[5]! };
}

/** Writes the next entries of one device. */
export class Author {
  readonly device: string;
  readonly #team: string;
  #head: { seq: number; hash: string };

  constructor(device: string, team: string, head: { seq: number; hash: string }) {
    this.device = device;
    this.#team = team;
    this.#head = head;
  }

  /** `seen` is what the author knows; the entry is put down in it. */
  write(fact: Fact, seen: FeedVector): HeldEntry {
    const { [this.device]: _own, ...after } = seen;
    const { seq, hash: prev } = this.#head;
    const at = new Date(Date.UTC(2026, 0, 6) + seq * 1000).toISOString();
    const item = held({ v: 1, team: this.#team, author: this.device, seq: seq + 1, prev, after, at, fact, sig: '' });
    this.#head = { seq: seq + 1, hash: item.hash };
    seen[this.device] = seq + 1;
    return item;
  }
}

/** Registrations, approvals, promotions and tags, in the proportion of a busy team. */
export function factNumber(index: number): Fact {
  const model = `model ${index % models}`;
  const turn = Math.floor(index / models);
  const versionId = `v${index % models}.${turn - (turn % 10)}`;
  if (turn % 10 === 0)
    return { kind: 'model.version-registered', model, versionId, source: 'runs:/r', runId: null, description: '' };
  if (turn % 10 === 1) return { kind: 'approval.given', model, versionId, verdict: 'approve', comment: '' };
  if (turn % 10 === 2) return { kind: 'alias.promoted', model, alias: 'champion', versionId };
  return { kind: 'model.tagged', model, versionId, key: `key ${turn % 10}`, value: String(index) };
}
