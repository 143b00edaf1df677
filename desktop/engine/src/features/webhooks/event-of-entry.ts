import type { BenchEvent } from '@benchmate/shared/domain/bench-event';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import type { Fact } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { Registry } from '@benchmate/shared/facts/registry';
import { answerable, namesOf } from '../model-reviews/people.ts';
import { eventId } from './event-id.ts';

/**
 * What people hear of a signed fact, as the registry says once the fact is taken up; null for most. A fact without effect is
 * no event. The same fact makes the same event, with the same id, on every device that has the same facts.
 */
export function eventOfEntry(item: HeldEntry, registry: Registry): BenchEvent | null {
  if (registry.refusalOf(item.hash)) return null;
  const { author, at, fact } = item.entry;
  const model = registry.modelOf(item.hash);
  const teamId = registry.membership.teamId;
  if (model === undefined) return null;
  const ofFact = { teamId, entry: item.hash, by: who(registry, author) };
  const versioned = (versionId: string) => ({
    ...ofFact,
    model,
    version: registry.numberOf(versionId) ?? 1,
    versionId,
  });
  switch (fact.kind) {
    case 'model.version-registered': {
      const approvals = Object.fromEntries(Object.entries(registry.policies).filter(([, count]) => count > 0));
      if (Object.keys(approvals).length === 0) return null;
      const data = { ...versioned(fact.versionId), approvals };
      return { id: eventId('review.asked', item.hash), type: 'review.asked', at, data };
    }
    case 'review.requested':
    case 'review.withdrawn':
    case 'approval.given':
    case 'review.commented': {
      const judged = registry.models
        .find(({ name }) => name === model)
        ?.versions.find(({ versionId }) => versionId === fact.versionId);
      if (!judged) return null; // it was deleted since
      return reviewEvent(item, fact, { ...versioned(fact.versionId), judged }, registry);
    }
    case 'alias.promoted': {
      const contested = contestedBy(item, fact, model, registry);
      if (contested) return contested;
      const data = { ...versioned(fact.versionId), alias: fact.alias };
      return { id: eventId('alias.set', item.hash), type: 'alias.set', at, data };
    }
    case 'contested.resolved': {
      const data = { ...versioned(fact.versionId), alias: fact.alias };
      return { id: eventId('alias.resolved', item.hash), type: 'alias.resolved', at, data };
    }
    default:
      return null;
  }
}

type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;
type OfVersion = Omit<Extract<BenchEvent, { type: 'alias.set' }>['data'], 'alias'>;
type ReviewFact = FactOf<'review.requested' | 'review.withdrawn' | 'approval.given' | 'review.commented'>;

/** Of what is asked and answered about a version. */
function reviewEvent(
  { hash, entry: { author, at } }: HeldEntry,
  fact: ReviewFact,
  { judged, ...data }: OfVersion & { judged: ModelVersion },
  { membership: { members } }: Registry,
): BenchEvent {
  const person = answerable(author, members);
  const askedBy = judged.requests.find(request => request.person === person)?.by ?? null;
  if (fact.kind === 'approval.given' || fact.kind === 'review.commented') {
    const verdict = fact.kind === 'approval.given' ? fact.verdict : 'comment';
    const { registeredBy } = judged;
    const told = { ...data, verdict, registeredBy, askedBy } as const;
    return { id: eventId('review.verdict', hash), type: 'review.verdict', at, data: told };
  }
  if (fact.kind === 'review.withdrawn' && fact.people.every(asked => asked === person))
    return { id: eventId('review.declined', hash), type: 'review.declined', at, data: { ...data, askedBy } };
  const nameOf = namesOf(members);
  const asked = [...new Set(fact.people)].map(each => ({ person: each, name: nameOf(each) }));
  return { id: eventId(fact.kind, hash), type: fact.kind, at, data: { ...data, asked } };
}

/** Of a promotion that stands against another one. All rivals together are one event. */
function contestedBy(
  item: HeldEntry,
  { alias }: Extract<Fact, { kind: 'alias.promoted' }>,
  name: string,
  registry: Registry,
): BenchEvent | null {
  const model = registry.models.find(each => each.name === name);
  const state = model?.aliases.find(each => each.alias === alias);
  if (!state?.contested || !state.claims.some(({ entry }) => entry === item.hash)) return null;
  const { teamId } = registry.membership;
  const claims = state.claims
    .map(({ versionId, device, name: by, at, entry }) => ({
      model: name,
      version: registry.numberOf(versionId) ?? 1,
      versionId,
      by: { device, name: by },
      at,
      entry,
    }))
    .toSorted((a, b) => (a.entry < b.entry ? -1 : 1));
  const serving = state.holder === null ? null : (registry.numberOf(state.holder) ?? null);
  return {
    id: eventId('alias.contested', ...claims.map(({ entry }) => entry)),
    type: 'alias.contested',
    at: item.entry.at,
    data: { teamId, model: name, alias, serving, claims },
  };
}

function who({ membership }: Registry, device: string): { device: string; name: string } {
  return { device, name: membership.members.find(member => member.device === device)?.name ?? 'somebody' };
}
