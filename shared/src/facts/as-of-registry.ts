import type { RegisteredModel } from '../domain/registry.ts';
import { requiredGroups } from '../domain/reviewer-rules.ts';
import type { AliasThen, ClockDisagreement } from '../domain/registry-then.ts';
import type { EntriesThen } from './as-of.ts';
import type { HeldEntry } from './entry-hash.ts';
import { nameIn } from './registered-model.ts';
import type { Registry } from './registry.ts';

/** What every alias pointed to in a registry that was made of the entries of a moment, who set it and who had approved. */
export function aliasesThen(registry: Registry): AliasThen[] {
  const moves = movesOf(registry);
  return registry.models.flatMap(model => model.aliases.map(state => aliasThen(registry, model, state, moves)));
}

/** `members`: who has a name by now. A device of which none is known goes by the beginning of its key. */
export function nameDisagreements(
  disagreements: EntriesThen['disagreements'],
  { membership }: Pick<Registry, 'membership'>,
): ClockDisagreement[] {
  const known = nameIn(membership.members);
  const nameOf = (device: string) => known(device) || device.slice(0, 8);
  return disagreements.map(each => ({ ...each, name: nameOf(each.device), otherName: nameOf(each.otherDevice) }));
}

/** Promotions and choices that count, by model and alias, in causal order. */
function movesOf(registry: Registry): Map<string, HeldEntry[]> {
  const moves = new Map<string, HeldEntry[]>();
  for (const item of registry.entries) {
    const { fact } = item.entry;
    if (fact.kind !== 'alias.promoted' && fact.kind !== 'contested.resolved') continue;
    if (registry.refusalOf(item.hash)) continue;
    const key = JSON.stringify([registry.modelOf(item.hash), fact.alias]);
    moves.set(key, [...(moves.get(key) ?? []), item]);
  }
  return moves;
}

function aliasThen(
  registry: Registry,
  model: RegisteredModel,
  { alias, holder, contested, claims }: RegisteredModel['aliases'][number],
  moves: ReadonlyMap<string, readonly HeldEntry[]>,
): AliasThen {
  const nameOf = nameIn(registry.membership.members);
  const rivals = new Set(claims.map(({ entry }) => entry));
  const set = moves
    .get(JSON.stringify([model.name, alias]))
    ?.findLast(({ hash, entry: { fact } }) => 'versionId' in fact && fact.versionId === holder && !rivals.has(hash));
  return {
    model: model.name,
    alias,
    version: holder === null ? null : (registry.numberOf(holder) ?? null),
    contested,
    setBy: holder !== null && set ? statement(set, nameOf) : null,
    verdicts: holder === null ? [] : verdictsOn(registry, holder, set, nameOf),
    remarks: holder === null ? [] : remarksOn(registry, holder, nameOf),
    requests: model.versions.find(({ versionId }) => versionId === holder)?.requests ?? [],
    approvalsNeeded: registry.policies[alias] ?? 0,
    required: requiredGroups(registry.reviewers.rules, model.name, alias).map(group =>
      group.map(person => nameOf(person) || person.slice(0, 8)),
    ),
    rivals: claims.map(({ versionId, device, name, at, entry }) => ({
      device,
      name,
      at,
      entry,
      version: registry.numberOf(versionId) ?? null,
    })),
  };
}

/** Each device's latest verdict that counts. */
function verdictsOn(
  registry: Registry,
  versionId: string,
  set: HeldEntry | undefined,
  nameOf: (device: string) => string,
): AliasThen['verdicts'] {
  const latest = new Map<string, AliasThen['verdicts'][number]>();
  for (const item of registry.entries) {
    const { fact, author } = item.entry;
    if (fact.kind !== 'approval.given' || fact.versionId !== versionId || registry.refusalOf(item.hash)) continue;
    const { verdict, comment } = fact;
    const seenBySetter = set !== undefined && registry.membership.history.precedes(item, set);
    latest.delete(author);
    latest.set(author, { ...statement(item, nameOf), verdict, comment, seenBySetter });
  }
  return [...latest.values()];
}

const mostRemarks = 100;

function remarksOn(registry: Registry, versionId: string, nameOf: (device: string) => string): AliasThen['remarks'] {
  return registry.entries
    .flatMap(item => {
      const { fact } = item.entry;
      if (fact.kind !== 'review.commented' || fact.versionId !== versionId || registry.refusalOf(item.hash)) return [];
      return [{ ...statement(item, nameOf), comment: fact.comment }];
    })
    .slice(-mostRemarks);
}

const statement = ({ hash, entry }: HeldEntry, nameOf: (device: string) => string) => ({
  device: entry.author,
  name: nameOf(entry.author),
  at: entry.at,
  entry: hash,
});
