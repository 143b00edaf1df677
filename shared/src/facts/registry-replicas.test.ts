import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import { membershipOf } from './membership.ts';
import { registryOf } from './registry.ts';
import { SimulatedDevice } from './simulated-device.ts';
import { approve, lab, policy, promote, register, resolve, stage } from './simulated-registry.ts';

function factFor(what: number, version: number, index: number, devices: SimulatedDevice[]): Fact {
  const versionId = `v${version}`;
  const facts: Fact[] = [
    register(versionId),
    register(`${versionId}-${index}`),
    approve(versionId),
    approve(versionId, 'request-changes'),
    promote(versionId),
    promote(versionId),
    resolve(versionId),
    policy(version % 2),
    { kind: 'alias.removed', model: 'churn', alias: 'champion' },
    { kind: 'model.version-deleted', model: 'churn', versionId },
    { kind: 'model.renamed', model: 'churn', to: version % 2 ? 'attrition' : 'churn' },
    version === 0
      ? { kind: 'member.removed', device: devices[2]!.device }
      : { kind: 'model.tagged', model: 'churn', versionId: null, key: 'k', value: String(index) },
    stage(versionId, version % 2 ? 'Production' : 'Staging', ['v0', 'v1', 'v2', 'v3']),
    { kind: 'model.deleted', model: 'churn' },
  ];
  return facts[what]!;
}

const stateOf = (entries: readonly HeldEntry[]) => {
  const { models, policies, entries: ordered, refusalOf, membership } = registryOf(entries);
  const ignored = Object.fromEntries(ordered.map(({ hash }) => [hash, refusalOf(hash)]));
  return { models, policies, ignored, members: membership.members };
};

describe('replicas', () => {
  type Step = { who: number; what: number; version: number } | { from: number; to: number };
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ who: fc.nat(2), what: fc.nat(13), version: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ from: fc.nat(2), to: fc.nat(2) }) },
  );
  const pristine = lab();
  const founding = pristine.ana.feeds.entries().map(({ entry }) => entry);

  function play(steps: readonly Step[]): SimulatedDevice[] {
    const devices = [pristine.ana, pristine.bo, pristine.cy].map((original, index) => {
      const device = new SimulatedDevice(original.name, index + 1, original.feeds.teamId);
      device.feeds.restore(founding);
      return device;
    });
    for (const [index, action] of steps.entries()) {
      if ('from' in action) devices[action.to]!.receive(devices[action.from]!.feeds.entriesAfter({}));
      else devices[action.who]!.state(factFor(action.what, action.version, index, devices));
    }
    return devices;
  }

  it('R0 hold equal state after any partition, any merge order and any order of arrival', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), fc.infiniteStream(fc.nat()), (steps, luck) => {
        const [ana, bo, cy] = play(steps);
        ana!.syncWith(bo!);
        cy!.syncWith(bo!);
        ana!.syncWith(cy!);
        bo!.syncWith(ana!);
        const expected = stateOf(ana!.feeds.entries());
        expect(stateOf(bo!.feeds.entries())).toEqual(expected);
        expect(stateOf(cy!.feeds.entries())).toEqual(expected);
        const shuffled = ana!.feeds
          .entries()
          .map(item => ({ item, key: luck.next().value! }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ item }) => item);
        expect(stateOf(shuffled)).toEqual(expected);
        expect(membershipOf(shuffled).history.ordered).toEqual(membershipOf(ana!.feeds.entries()).history.ordered);
      }),
      { numRuns: 40 },
    );
  });

  it('R0 are not moved by forged, tampered, foreign, replayed or forked entries', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 8 }), fc.nat(), (steps, pick) => {
        const [ana, bo] = play(steps);
        ana!.syncWith(bo!);
        const before = stateOf(ana!.feeds.entries());
        const entries = ana!.feeds.entries();
        const target = entries[pick % entries.length]!.entry;
        const stranger = new SimulatedDevice('Eve', 66, ana!.feeds.teamId);
        stranger.receive(ana!.feeds.entriesAfter({}));
        const forged = bo!.write(promote('v0')).entry;
        const head = ana!.feeds.head(bo!.device)!;
        for (const entry of [
          target,
          { ...target, seq: target.seq + 1 },
          { ...target, at: '2020-01-01T00:00:00.000Z' },
          { ...forged, fact: promote('v1') },
          { ...forged, author: stranger.device },
          { ...stranger.write(promote('v0')).entry, author: bo!.device },
          { ...forged, seq: head.seq },
          { ...forged, seq: head.seq + 5 },
        ])
          expect(ana!.feeds.add(entry).kind).not.toBe('added');
        expect(stateOf(ana!.feeds.entries())).toEqual(before);
        for (const fact of [register('evil'), promote('v0'), policy(0)]) ana!.feeds.add(stranger.state(fact).entry);
        const { models, policies } = stateOf(ana!.feeds.entries());
        expect({ models, policies }).toEqual({ models: before.models, policies: before.policies });
      }),
      { numRuns: 20 },
    );
  });
});
