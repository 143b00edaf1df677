import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockDisagreementText } from '../diff/clock-disagreement-text.ts';
import { entriesThen } from './as-of.ts';
import { aliasesThen, nameDisagreements } from './as-of-registry.ts';
import { causalHistory } from './causal-order.ts';
import type { HeldEntry } from './entry-hash.ts';
import { GrowingRegistry } from './growing-registry.ts';
import { registryOf } from './registry.ts';
import { approve, contested, lab, policy, promote, register, resolve } from './simulated-registry.ts';
import { UnsignedTeam } from './unsigned-team.ts';

const stateOf = (entries: readonly HeldEntry[]) => {
  const registry = registryOf(entries);
  const ignored = Object.fromEntries(registry.entries.map(({ hash }) => [hash, registry.refusalOf(hash)]));
  const { models, policies, membership } = registry;
  return { models, policies, ignored, members: membership.members, aliases: aliasesThen(registry) };
};

/** The latest time claimed by an entry or by anything in its past, found by walking all of that past. */
function latestClaims(entries: readonly HeldEntry[]): Map<string, number> {
  const places = new Map(entries.map(item => [`${item.entry.author} ${item.entry.seq}`, item]));
  const at = (author: string, seq: number) => places.get(`${author} ${seq}`)!;
  const latest = new Map<string, number>();
  const visit = (item: HeldEntry): number => {
    const known = latest.get(item.hash);
    if (known !== undefined) return known;
    const { author, seq, after } = item.entry;
    const causes = Object.entries(after).map(([device, number]) => at(device, number));
    if (seq > 1) causes.push(at(author, seq - 1));
    const claim = Math.max(Date.parse(item.entry.at), ...causes.map(visit));
    latest.set(item.hash, claim);
    return claim;
  };
  for (const item of entries) visit(item);
  return latest;
}

/** Arrives entry by entry at a replica that stops at the moment, causes first. */
function replayUntil(entries: readonly HeldEntry[], until: number): HeldEntry[] {
  const latest = latestClaims(entries);
  const vector = new Map<string, number>();
  const replica = new GrowingRegistry();
  const waiting = entries.filter(({ hash }) => latest.get(hash)! <= until);
  for (let before = -1; waiting.length !== before;) {
    before = waiting.length;
    const turn = waiting.slice();
    for (const item of turn) {
      const { author, seq, after } = item.entry;
      const has = (device: string, number: number) => (vector.get(device) ?? 0) >= number;
      if (!has(author, seq - 1) || !Object.entries(after).every(([device, number]) => has(device, number))) continue;
      waiting.splice(waiting.indexOf(item), 1);
      vector.set(author, seq);
      replica.add([item]);
      replica.catchUp();
    }
  }
  expect(waiting).toEqual([]);
  return [...replica.registry.entries];
}

const shuffled = <T>(items: readonly T[], luck: () => number): T[] =>
  items
    .map(item => ({ item, key: luck() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);

describe('the registry as of a moment', () => {
  const action = fc.tuple(fc.nat(5), fc.nat(50), fc.nat(200), fc.nat(9));
  /** Clocks that are right, a little off, hours off, or stand in 1970 or 2099. */
  const skew = fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: -7_200_000, max: 7_200_000 }) },
    { weight: 1, arbitrary: fc.constantFrom(-1.76e12, 2.3e12) },
  );

  it('T1 T2 is, for a log of a thousand entries and any clocks, what a replay gives that stops there, in any order of arrival', () => {
    fc.assert(
      fc.property(
        fc.array(action, { minLength: 1000, maxLength: 1000 }),
        fc.infiniteStream(skew),
        fc.infiniteStream(fc.nat()),
        (actions, skews, luck) => {
          const team = new UnsignedTeam();
          for (const each of actions) team.do(each);
          for (const { entry } of team.entries) {
            const off = skews.next().value!;
            entry.at = new Date(Math.max(0, Date.parse(entry.at) + off)).toISOString();
          }
          const history = causalHistory(team.entries);
          const latest = latestClaims(history.ordered);
          const times = [...latest.values()];
          for (let round = 0; round < 3; round++) {
            const until = times[luck.next().value! % times.length]! - (luck.next().value! % 2);
            const { counted } = entriesThen(history, { until });
            const replayed = replayUntil(history.ordered, until);
            expect(counted).toEqual(replayed);
            expect(stateOf(counted)).toEqual(stateOf(replayed));
            const again = causalHistory(shuffled(team.entries, () => luck.next().value!));
            expect(entriesThen(again, { until }).counted).toEqual(counted);
          }
          expect(entriesThen(history, { until: Infinity }).counted).toEqual(history.ordered);
        },
      ),
      { numRuns: 2, endOnFailure: true },
    );
  });

  it('T1 a clock in the past brings nothing before its causes, and the contradiction is told', () => {
    const { ana, bo, share } = lab();
    ana.state(register('v1'));
    share();
    const noon = ana.now;
    bo.now = noon - 3 * 3_600_000;
    const late = bo.state(approve('v1'));
    share();
    const { history } = ana.registry().membership;
    const before = entriesThen(history, { until: noon - 1 });
    expect(before.counted.map(({ hash }) => hash)).not.toContain(late.hash);
    const named = nameDisagreements(before.disagreements, ana.registry());
    expect(named.map(clockDisagreementText)).toEqual([
      'Clocks disagree: an entry of Bo claims to be up to 2 h 59 min older than what it builds on of Ana. By its own clock one of them would count at this moment; it counts later.',
    ]);
    expect(entriesThen(history, { until: noon }).counted.map(({ hash }) => hash)).toContain(late.hash);
  });

  it('T4 a time that has not come is told, too', () => {
    const { ana } = lab();
    const present = ana.now;
    ana.now += 400 * 86_400_000;
    ana.state(register('v1'));
    const { disagreements } = entriesThen(ana.registry().membership.history, { until: present }, present);
    expect(disagreements).toMatchObject([{ kind: 'future', device: ana.device, entries: 1, heldBack: 0 }]);
  });

  it('T3 as the author of an entry had seen it: no clock has a say', () => {
    const { ana, bo, share } = lab();
    ana.state(register('v1'));
    ana.state(register('v2'));
    ana.state(promote('v1'));
    share();
    bo.state(promote('v2'));
    const apart = ana.state({ kind: 'model.described', model: 'churn', versionId: null, description: 'apart' });
    share();
    const { history } = ana.registry().membership;
    const seen = registryOf(entriesThen(history, { entry: apart }).counted);
    expect(aliasesThen(seen)).toMatchObject([{ alias: 'champion', version: 1, contested: false }]);
    expect(seen.models[0]!.description).toBe('apart');
  });

  it('T5 says who set an alias, whose verdicts stood, and which of them the setter had seen', () => {
    const { ana, bo, cy, share } = lab();
    ana.state(policy(1));
    ana.state(register('v1'));
    share();
    bo.state(approve('v1'));
    share();
    const set = ana.state(promote('v1'));
    cy.state(approve('v1', 'request-changes'));
    share();
    const until = Date.parse(set.entry.at);
    const then = (at: number) =>
      aliasesThen(registryOf(entriesThen(ana.registry().membership.history, { until: at }).counted));
    expect(then(until - 1)).toEqual([]);
    expect(then(Infinity)).toMatchObject([
      {
        version: 1,
        approvalsNeeded: 1,
        setBy: { name: 'Ana', entry: set.hash, at: set.entry.at },
        verdicts: [
          { name: 'Bo', verdict: 'approve', seenBySetter: true },
          { name: 'Cy', verdict: 'request-changes', seenBySetter: false },
        ],
      },
    ]);
  });

  it('T5 says who had been asked and whose approval was required then, and what was said without a vote', () => {
    const { ana, bo, cy, share } = lab();
    ana.state(register('v1'));
    ana.state(promote('v1'));
    const about = { model: 'churn', versionId: 'v1' };
    ana.state({ kind: 'reviewers.set', rules: [{ pattern: 'churn@champion', people: [[bo.device, cy.device]] }] });
    const asked = ana.state({ kind: 'review.requested', ...about, people: [bo.device], comment: 'Slices?' });
    share();
    bo.now = ana.now + 60_000;
    const said = bo.state({ kind: 'review.commented', ...about, comment: 'On which data?' });
    share();
    ana.now = bo.now + 60_000;
    ana.state({ kind: 'reviewers.set', rules: [] });
    share();
    const then = (item: HeldEntry, later = 0) => {
      const until = Date.parse(item.entry.at) + later;
      return aliasesThen(registryOf(entriesThen(ana.registry().membership.history, { until }).counted))[0];
    };
    const request = { name: 'Bo', by: { name: 'Ana' }, comment: 'Slices?' };
    const required = [['Bo', 'Cy']];
    expect(then(asked, -1)).toMatchObject({ requests: [], remarks: [] });
    expect(then(asked)).toMatchObject({ requests: [{ ...request, state: 'open' }], remarks: [], required });
    expect(then(said)).toMatchObject({
      requests: [{ ...request, state: 'answered' }],
      remarks: [{ name: 'Bo', comment: 'On which data?', entry: said.hash }],
      required,
    });
    expect(then(said, 86_400_000)).toMatchObject({ required: [] });
  });

  it('T5 says what was contested then, and what served meanwhile', () => {
    const { ana, share } = contested();
    const until = Math.max(...ana.feeds.entries().map(({ entry }) => Date.parse(entry.at)));
    ana.now = until;
    ana.state(resolve('v7'));
    share();
    const then = (at: number) =>
      aliasesThen(registryOf(entriesThen(ana.registry().membership.history, { until: at }).counted))[0];
    expect(then(until)).toMatchObject({
      contested: true,
      version: 1,
      setBy: { name: 'Ana' },
      rivals: [{ name: 'Bo' }, { name: 'Cy' }],
    });
    expect(then(Infinity)).toMatchObject({ contested: false, version: 2, setBy: { name: 'Ana' }, rivals: [] });
  });
});
