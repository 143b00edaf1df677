import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causalHistory, type CausalHistory } from './causal-order.ts';
import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import { GrowingRegistry } from './growing-registry.ts';
import { membersOf } from './membership.ts';
import { isMembershipFact } from './membership-kinds.ts';
import { MembershipPass } from './membership-pass.ts';
import { decideClaims, firstOpen } from './decide-claims.ts';
import { registryOf, type Registry } from './registry.ts';
import { UnsignedTeam } from './unsigned-team.ts';

/** All that a registry tells, of these entries. */
function told(registry: Registry, entries: readonly HeldEntry[]) {
  const { models, policies, membership, refusalOf, modelOf, numberOf, fileReviews } = registry;
  const { history, teamId, name, members, invites, seen, ignored } = membership;
  return {
    models,
    policies,
    files: fileReviews(),
    ordered: registry.entries.map(({ hash }) => hash),
    waiting: history.waiting.map(({ hash }) => hash).toSorted(),
    team: { teamId, name, members, invites, seen, ignored: Object.fromEntries(ignored) },
    entries: entries.map(item => [
      item.hash,
      refusalOf(item.hash)?.message,
      modelOf(item.hash),
      membership.standing(item),
    ]),
    numbers: ['v0', 'v1', 'v2', 'v3'].map(numberOf),
  };
}

function intended(
  team: UnsignedTeam,
  { membership }: Registry,
  { who, fact }: { who: number; fact: Fact },
  seq: number,
) {
  const device = team.deviceOf(who);
  const { [device]: _own, ...after } = membership.seen;
  const at = '2026-01-06T00:00:00.000Z';
  const entry = { v: 1 as const, team: team.teamId, author: device, seq, prev: '', after, at, fact, sig: '' };
  return { hash: 'intended', entry };
}

/** As claims are decided by definition: a new walk with each more that counts. */
function decidedOneByOne(facts: readonly HeldEntry[], history: CausalHistory): MembershipPass {
  const decided: HeldEntry[] = [];
  for (;;) {
    const pass = new MembershipPass(history, decided);
    for (const item of facts) pass.take(item);
    const next = firstOpen(pass, history, hash => facts.findIndex(item => item.hash === hash));
    if (!next) return pass;
    decided.push(next);
  }
}

const decisions = (pass: MembershipPass) => ({
  members: membersOf(pass),
  ignored: [...pass.ignored],
  claims: pass.claims.length,
  decided: [...pass.terms.values()].map(terms => pass.decisions.concerning(terms).map(({ hash }) => hash)),
});

/** Looks at the difference only where there is one: that takes most of the time. */
function expectEqual<T>(now: T, expected: T): void {
  if (JSON.stringify(now) !== JSON.stringify(expected)) expect(now).toEqual(expected);
}

/** Random entries in a random order of arrival that keeps each author's order, in batches. */
function arrivals(entries: readonly HeldEntry[], luck: () => number): HeldEntry[][] {
  const queues = [...Map.groupBy(entries, ({ entry }) => entry.author).values()];
  const batches: HeldEntry[][] = [];
  while (queues.some(queue => queue.length > 0)) {
    const batch: HeldEntry[] = [];
    for (let size = 1 + (luck() % 5); size > 0; size--) {
      const open = queues.filter(queue => queue.length > 0);
      const queue = open[luck() % Math.max(1, open.length)];
      const run = luck() % 3 === 0 ? 4 : 1;
      if (queue) batch.push(...queue.splice(0, run));
    }
    batches.push(batch);
  }
  return batches;
}

describe('the registry of feeds that grow', () => {
  const deeds = fc.array(fc.tuple(fc.nat(5), fc.nat(999), fc.nat(999), fc.nat(5)), {
    minLength: 10,
    maxLength: 60,
    size: 'max',
  });

  it.each([[1], [3], [1000]])(
    'R0 is at every step what the reducer says of what has arrived; with %i entries that can be taken back',
    keeps => {
      fc.assert(
        fc.property(deeds, fc.infiniteStream(fc.nat()), (list, stream) => {
          const luck = () => stream.next().value!;
          const team = new UnsignedTeam({ people: true });
          for (const deed of list) team.do(deed);
          const growing = new GrowingRegistry(keeps);
          const arrived: HeldEntry[] = [];
          for (const batch of arrivals(team.entries, luck)) {
            growing.add(batch);
            while (!growing.catchUp(1 + (luck() % 3)));
            arrived.push(...batch);
            const expected = registryOf(arrived);
            expectEqual(told(growing.registry, arrived), told(expected, arrived));
            const idea = { who: luck() % 6, fact: team.fact(luck() % 6, luck(), luck()) };
            const item = intended(team, expected, idea, growing.nextSeq(team.deviceOf(idea.who)));
            expect(growing.judge(item)).toEqual(registryOf([...arrived, item]).refusalOf('intended') ?? null);
          }
        }),
        { numRuns: 25, endOnFailure: true },
      );
    },
    60_000,
  );

  it('M7 decides removals as by walking through all membership facts again after each', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(deeds, list => {
        const team = new UnsignedTeam({ people: true });
        for (const deed of list) team.do(deed);
        const history = causalHistory(team.entries);
        const facts = history.ordered.filter(isMembershipFact);
        expectEqual(decisions(decideClaims(facts, history)), decisions(decidedOneByOne(facts, history)));
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  function grown(parts: readonly (readonly HeldEntry[])[]): Registry {
    const growing = new GrowingRegistry();
    for (const part of parts) {
      growing.add(part);
      growing.catchUp();
    }
    return growing.registry;
  }

  it('O1 lets a membership fact that arrives late land before one that is known', () => {
    const team = new UnsignedTeam({ people: true });
    const before = [...team.entries];
    const apart = [0, 1].map(who => team.state(who, { kind: 'team.renamed', team: `by ${who}` }));
    const { name } = registryOf(team.entries).membership;
    for (const order of [apart, apart.toReversed()])
      expect(grown([before, ...order.map(item => [item])]).membership.name).toBe(name);
  });

  it('R15 tells of every version that a stage archives', () => {
    const team = new UnsignedTeam({ people: true });
    const versions = ['v0', 'v1'];
    const parts = [[...team.entries]];
    const state = (fact: Fact) => parts.push([team.state(0, fact)]);
    for (const versionId of versions)
      state({ kind: 'model.version-registered', model: 'm', versionId, source: '', runId: null, description: '' });
    for (const versionId of versions)
      state({ kind: 'model.version-staged', model: 'm', versionId, stage: 'Production', archived: versions });
    const [model] = grown(parts).models;
    expect(model).toEqual(registryOf(team.entries).models[0]);
    expect(model!.versions.map(version => version.stage)).toEqual(['Archived', 'Production']);
  });

  it('R0 tells of a model that did not change by the same object', () => {
    const team = new UnsignedTeam({ people: true });
    const growing = new GrowingRegistry();
    const add = (items: readonly HeldEntry[]) => {
      growing.add(items);
      growing.catchUp();
    };
    add(team.entries);
    const state = (fact: Fact) => add([team.state(0, fact)]);
    for (const model of ['a', 'b']) state({ kind: 'model.created', model, description: '' });
    const [a, b] = growing.registry.models;
    state({ kind: 'model.tagged', model: 'b', versionId: null, key: 'k', value: 'v' });
    expect(growing.registry.models[0]).toBe(a);
    expect(growing.registry.models[1]).not.toBe(b);
  });
});
