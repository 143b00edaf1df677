import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { RegistryMoment, RegistryThen } from '@benchmate/shared/domain/registry-then';
import { dateEntries, type Cut } from '@benchmate/shared/facts/as-of';
import { sealText, type Seal } from '@benchmate/shared/facts/audit-file';
import { explain, type Explained } from '@benchmate/shared/facts/explain';
import { signText } from '@benchmate/shared/facts/keys';
import type { Registry } from '@benchmate/shared/facts/registry';
import type { StoredEntry } from '@benchmate/shared/protocol/audit';
import type { Clock } from '../../host/clock.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { registryAsOf } from './as-of.ts';
import type { EntryRows } from './store.ts';

export interface AuditParts {
  current: CurrentTeam;
  rows: Pick<EntryRows, keyof EntryRows>;
  clock: Clock;
}

const shownMoments = 10_000;

/** Looks back at what the team decided, and gives out what others need to verify it. */
export class AuditService {
  readonly #parts: AuditParts;
  /** A record is explained page by page: each state of the registry is put into words once. */
  readonly #explained = new WeakMap<Registry, ReadonlyMap<string, Explained>>();

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  asOf({ at, entry }: { at?: string | undefined; entry?: string | undefined }): Promise<RegistryThen> {
    const registry = this.#registry;
    return registryAsOf(registry, cutOf(registry, at, entry), this.#parts.clock.now());
  }

  moments(model: string | undefined): RegistryMoment[] {
    const registry = this.#registry;
    const countsFrom = new Map(dateEntries(registry.entries).map(dated => [dated.item.hash, dated.countsFrom]));
    return explain(registry, model)
      .filter(({ ignored, entry }) => ignored === null && registry.modelOf(entry) !== undefined)
      .map(({ at, entry, name, sentence }) => ({ at, entry, name, sentence, from: countsFrom.get(entry)! }))
      .sort((a, b) => a.from - b.from)
      .slice(-shownMoments)
      .map(({ from, ...moment }) => ({ ...moment, countsFrom: new Date(from).toISOString() }));
  }

  extent(): { team: string; name: string; entries: number; last: number } {
    const { teamId, name } = this.#registry.membership;
    return { team: teamId, name, ...this.#parts.rows.extent() };
  }

  stored(after: number, limit: number): StoredEntry[] {
    return this.#parts.rows.after(after, limit);
  }

  explained(entries: readonly string[]): ({ who: string; says: string; ignored: string | null } | null)[] {
    const registry = this.#registry;
    const known = this.#explained.get(registry) ?? new Map(explain(registry).map(item => [item.entry, item]));
    this.#explained.set(registry, known);
    return entries.map(hash => {
      const item = known.get(hash);
      return item ? { who: item.name, says: item.sentence, ignored: item.ignored } : null;
    });
  }

  seal(asked: Pick<Seal, 'team' | 'entries' | 'heads' | 'lines'>): { seal: Seal; sig: string } {
    const { replica } = this.#parts.current;
    const held = new Map(replica.feeds.entries().map(item => [`${item.entry.author} ${item.entry.seq}`, item.hash]));
    const holds = Object.entries(asked.heads).every(([author, { seq, hash }]) => held.get(`${author} ${seq}`) === hash);
    if (asked.team !== replica.teamId || !holds)
      throw new BenchmateError(
        'CONFLICT',
        'The record ends with entries that this device does not hold.',
        'Export it again; `benchmate audit verify` says whether the store is whole.',
      );
    const { device } = replica.keys;
    const who = replica.registry.membership.members.find(member => member.device === device)?.name ?? '';
    const at = new Date(this.#parts.clock.now()).toISOString();
    const seal: Seal = { v: 1, ...asked, device, who, at };
    return { seal, sig: signText(sealText(seal), replica.keys) };
  }

  get #registry(): Registry {
    return this.#parts.current.replica.registry;
  }
}

function cutOf(registry: Registry, at: string | undefined, hash: string | undefined): Cut {
  if ((at === undefined) === (hash === undefined))
    throw new BenchmateError(
      'BAD_REQUEST',
      'Either a time or an entry says which moment is meant.',
      'Give one of them.',
    );
  if (at !== undefined) return { until: Date.parse(at) };
  const entry = registry.entries.find(item => item.hash === hash);
  if (entry) return { entry };
  throw new BenchmateError(
    'NOT_FOUND',
    `This device holds no entry ${hash}.`,
    'The hashes are in `benchmate registry history <model> --json`.',
  );
}
