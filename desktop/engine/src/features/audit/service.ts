import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { RegistryMoment, RegistryThen } from '@benchmate/shared/domain/registry-then';
import { dateEntries, type Cut } from '@benchmate/shared/facts/as-of';
import { explain } from '@benchmate/shared/facts/explain';
import type { Registry } from '@benchmate/shared/facts/registry';
import type { Clock } from '../../host/clock.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { registryAsOf } from './as-of.ts';

export interface AuditParts {
  current: CurrentTeam;
  clock: Clock;
}

const shownMoments = 10_000;

/** Looks back at what the team decided. Nothing here changes anything. */
export class AuditService {
  readonly #parts: AuditParts;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  asOf({ at, entry }: { at?: string | undefined; entry?: string | undefined }): Promise<RegistryThen> {
    const { registry } = this.#parts.current.replica;
    return registryAsOf(registry, cutOf(registry, at, entry), this.#parts.clock.now());
  }

  moments(model: string | undefined): RegistryMoment[] {
    const { registry } = this.#parts.current.replica;
    const countsFrom = new Map(dateEntries(registry.entries).map(dated => [dated.item.hash, dated.countsFrom]));
    return explain(registry, model)
      .filter(({ ignored, entry }) => ignored === null && registry.modelOf(entry) !== undefined)
      .map(({ at, entry, name, sentence }) => ({ at, entry, name, sentence, from: countsFrom.get(entry)! }))
      .sort((a, b) => a.from - b.from)
      .slice(-shownMoments)
      .map(({ from, ...moment }) => ({ ...moment, countsFrom: new Date(from).toISOString() }));
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
