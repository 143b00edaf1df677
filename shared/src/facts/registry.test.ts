import { describe, expect, it } from 'vitest';
import type { Fact } from './entry.ts';
import { explain } from './explain.ts';
import { registryOf } from './registry.ts';
import { SimulatedDevice } from './simulated-device.ts';
import {
  approve,
  champion,
  churn,
  contested,
  lab,
  policy,
  promote,
  reason,
  register,
  resolve,
  stage,
} from './simulated-registry.ts';

describe('registry', () => {
  it('R1 lets each role do what it may and no more', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    ana.state(register('v1'));
    const refused = (role: 'agent' | 'viewer' | 'contributor' | 'reviewer' | 'maintainer', fact: Fact) => {
      const guest = ana.welcome(role, 50 + (Math.floor(ana.now / 60_000) % 1000), role);
      return reason(guest, guest.state(fact));
    };
    for (const role of ['agent', 'viewer'] as const) {
      for (const fact of [register('x'), approve('v1'), promote('v1'), policy(0)])
        expect(refused(role, fact)).toBe('FORBIDDEN');
    }
    expect(refused('contributor', register('c'))).toBeUndefined();
    expect(refused('contributor', approve('v1'))).toBe('FORBIDDEN');
    expect(refused('reviewer', approve('v1'))).toBeUndefined();
    expect(refused('reviewer', promote('v1'))).toBe('FORBIDDEN');
    expect(refused('maintainer', promote('v1'))).toBeUndefined();
    expect(refused('maintainer', policy(1))).toBeUndefined();
  });

  it('R2 numbers versions in causal order, and versions registered apart alike everywhere', () => {
    const { ana, bo, share } = lab();
    ana.state(register('first'));
    share();
    ana.state(register('apart-a'));
    bo.state(register('apart-b'));
    share();
    ana.state(register('last'));
    share();
    const numbers = churn(ana)!.versions.map(({ versionId, version }) => [versionId, version]);
    expect(numbers[0]).toEqual(['first', 1]);
    expect(numbers[3]).toEqual(['last', 4]);
    expect(churn(bo)).toEqual(churn(ana));
  });

  it('R3 renames a model, and takes what a teammate said apart under the old name', () => {
    const { ana, bo, share } = lab();
    ana.state(register('v1'));
    share();
    ana.state({ kind: 'model.renamed', model: 'churn', to: 'attrition' });
    bo.state({ kind: 'model.described', model: 'churn', versionId: null, description: 'said apart' });
    bo.state(register('v2'));
    share();
    const [model] = ana.registry().models;
    expect(model).toMatchObject({ name: 'attrition', description: 'said apart' });
    expect(model!.versions.map(({ version }) => version)).toEqual([1, 2]);
    expect(bo.registry().models).toEqual(ana.registry().models);
  });

  it('R4 deletes what the author had seen; a version registered apart survives', () => {
    const { ana, bo, share } = lab();
    ana.state(register('v1'));
    share();
    ana.state({ kind: 'model.deleted', model: 'churn' });
    expect(churn(ana)).toBeUndefined();
    bo.state(register('v2'));
    share();
    expect(churn(ana)!.versions.map(({ versionId }) => versionId)).toEqual(['v2']);
    expect(churn(bo)).toEqual(churn(ana));
  });

  it('R4 takes the alias away with the version that held it', () => {
    const { ana } = lab();
    ana.state(register('v1'));
    ana.state(promote('v1'));
    ana.state({ kind: 'model.version-deleted', model: 'churn', versionId: 'v1' });
    expect(churn(ana)).toMatchObject({ versions: [], aliases: [] });
    ana.state(register('v2'));
    expect(churn(ana)!.versions[0]!.version).toBe(2);
  });

  it('R5 never counts a verdict on one’s own version', () => {
    const { ana } = lab();
    ana.state(register('v1'));
    expect(reason(ana, ana.state(approve('v1')))).toBe('FORBIDDEN');
    expect(churn(ana)!.versions[0]!.approvals).toEqual([]);
  });

  it('R6 needs as many different approvals in the past of a promotion as the policy says', () => {
    const { ana, bo, cy, share } = lab();
    ana.state(policy(2));
    ana.state(register('v1'));
    share();
    bo.state(approve('v1'));
    bo.state(approve('v1'));
    cy.state(approve('v1'));
    ana.syncWith(bo);
    expect(reason(ana, ana.state(promote('v1')))).toBe('NEEDS_APPROVAL');
    expect(champion(ana)).toBeUndefined();
    share();
    expect(reason(ana, ana.state(promote('v1')))).toBeUndefined();
    expect(champion(ana)).toMatchObject({ holder: 'v1', contested: false });
  });

  it('R7 lets a reviewer withdraw an approval by asking for changes', () => {
    const { ana, bo, share } = lab();
    ana.state(policy(1));
    ana.state(register('v1'));
    share();
    bo.state(approve('v1'));
    bo.state(approve('v1', 'request-changes'));
    share();
    expect(churn(ana)!.versions[0]!.approvals).toMatchObject([{ name: 'Bo', verdict: 'request-changes' }]);
    expect(reason(ana, ana.state(promote('v1')))).toBe('NEEDS_APPROVAL');
    bo.state(approve('v1'));
    share();
    expect(reason(ana, ana.state(promote('v1')))).toBeUndefined();
  });

  it('R8 judges a promotion by the policies in its own past', () => {
    const { ana, bo, share } = lab();
    ana.state(register('v1'));
    share();
    ana.state(policy(1));
    const apart = bo.state(promote('v1'));
    share();
    expect(reason(ana, apart)).toBeUndefined();
    expect(ana.registry().policies).toEqual({ champion: 1 });
  });

  describe('R9 N6: two promotions of different versions, each made offline', () => {
    it('are contested on every replica, while the last uncontested version keeps serving', () => {
      const { ana, bo, cy } = contested();
      expect(champion(ana)).toMatchObject({ contested: true, holder: 'v6' });
      expect(
        champion(ana)!
          .claims.map(({ versionId, name }) => `${versionId} by ${name}`)
          .toSorted(),
      ).toEqual(['v7 by Bo', 'v9 by Cy']);
      expect(champion(bo)).toEqual(champion(ana));
      expect(champion(cy)).toEqual(champion(ana));
    });

    it('R10 are settled by a resolution that had seen both', () => {
      const { ana, bo, share } = contested();
      ana.state(resolve('v9'));
      share();
      expect(champion(bo)).toEqual({ alias: 'champion', holder: 'v9', contested: false, claims: [] });
    });

    it('R10 are settled by a later promotion that had seen both', () => {
      const { ana, bo, share } = contested();
      ana.state(promote('v7'));
      share();
      expect(champion(bo)).toMatchObject({ holder: 'v7', contested: false });
    });

    it('R10 stay contested when resolved twice, differently, apart', () => {
      const { ana, bo, cy, share } = contested();
      bo.state(resolve('v7'));
      cy.state(resolve('v9'));
      share();
      expect(champion(ana)).toMatchObject({ holder: 'v6', contested: true });
      expect(champion(bo)).toEqual(champion(ana));
    });

    it('R10 take a third promotion, made apart from the resolution, as its rival', () => {
      const { ana, bo, share } = contested();
      ana.state(resolve('v9'));
      bo.state(promote('v6'));
      share();
      expect(champion(ana)).toMatchObject({ contested: true, holder: 'v6' });
      expect(
        champion(ana)!
          .claims.map(({ versionId }) => versionId)
          .toSorted(),
      ).toEqual(['v6', 'v9']);
    });

    it('R10 ignores a resolution for a version that is no rival, or where nothing is contested', () => {
      const { ana } = contested();
      expect(reason(ana, ana.state(resolve('v6')))).toBe('CONFLICT');
      ana.state(resolve('v7'));
      expect(reason(ana, ana.state(resolve('v9')))).toBe('CONFLICT');
      expect(champion(ana)).toMatchObject({ holder: 'v7', contested: false });
    });

    it('R12 the history says who did what, and what had no effect and why', () => {
      const { ana } = contested();
      ana.state(resolve('v6'));
      const items = explain(ana.registry(), 'churn');
      expect(items.map(({ sentence }) => sentence)).toContain('Bo promoted churn v2 to champion.');
      expect(items.at(-1)).toMatchObject({
        sentence: 'Ana chose churn v1 as champion: “better slices”.',
        ignored: 'v1 is not one of the rivals for champion of churn.',
      });
    });
  });

  it('R9 does not call two promotions of the same version contested', () => {
    const { ana, bo, cy, share } = lab();
    ana.state(register('v1'));
    share();
    bo.state(promote('v1'));
    cy.state(promote('v1'));
    share();
    expect(champion(ana)).toMatchObject({ holder: 'v1', contested: false });
  });

  it('R11 takes an alias away from what its author had seen; a promotion made apart stays', () => {
    const { ana, bo, share } = lab();
    for (const version of ['v1', 'v2']) ana.state(register(version));
    ana.state(promote('v1'));
    share();
    ana.state({ kind: 'alias.removed', model: 'churn', alias: 'champion' });
    expect(champion(ana)).toBeUndefined();
    bo.state(promote('v2'));
    share();
    expect(champion(ana)).toMatchObject({ holder: 'v2', contested: false });
  });

  it('R15 moves versions from stage to stage, and archives what its author had seen in a stage', () => {
    const { ana, bo, share } = lab();
    for (const version of ['v1', 'v2', 'v3']) ana.state(register(version));
    ana.state(stage('v1', 'Production'));
    share();
    ana.state(stage('v2', 'Production', ['v1', 'v2']));
    bo.state(stage('v3', 'Production')); // apart, without archiving
    share();
    const stages = (device: SimulatedDevice) => churn(device)!.versions.map(version => version.stage);
    expect(stages(ana)).toEqual(['Archived', 'Production', 'Production']);
    expect(stages(bo)).toEqual(stages(ana));
    expect(reason(ana, ana.state(stage('nothing', 'Staging')))).toBe('NOT_FOUND');
    expect(explain(ana.registry(), 'churn').map(({ sentence }) => sentence)).toContain(
      'Ana moved churn v2 to the stage Production.',
    );
  });

  it('R15 lets no stage be a way around the policy of an alias of that name', () => {
    const { ana, bo, share } = lab();
    ana.state({ kind: 'policy.set', alias: 'production', approvals: 1 });
    ana.state(register('v1'));
    expect(reason(ana, ana.state(stage('v1', 'Production')))).toBe('NEEDS_APPROVAL');
    expect(reason(ana, ana.state(stage('v1', 'Staging')))).toBeUndefined();
    share();
    bo.state(approve('v1'));
    share();
    expect(reason(ana, ana.state(stage('v1', 'Production')))).toBeUndefined();
    expect(churn(bo)!.versions[0]!.stage).toBe('Staging');
    share();
    expect(churn(bo)!.versions[0]!.stage).toBe('Production');
  });

  it('R16 tags, aliases and verdicts do not count as a revision', () => {
    const { ana } = lab();
    ana.state(register('v1'));
    const revised = () => [churn(ana)!.revisedAt, churn(ana)!.versions[0]!.revisedAt];
    const before = revised();
    ana.state({ kind: 'model.tagged', model: 'churn', versionId: 'v1', key: 'k', value: 'x' });
    ana.state(promote('v1'));
    expect(revised()).toEqual(before);
    const { at } = ana.state({ kind: 'model.described', model: 'churn', versionId: 'v1', description: 'd' }).entry;
    expect(revised()).toEqual([before[0], at]);
    const later = ana.state({ kind: 'model.renamed', model: 'churn', to: 'attrition' }).entry.at;
    const [model] = ana.registry().models;
    expect([model!.revisedAt, model!.versions[0]!.revisedAt]).toEqual([later, later]);
  });

  it('R17 takes the files of a version once, from the device that registered it', () => {
    const { ana, bo, share } = lab();
    const shared = (digit: string): Fact => ({
      kind: 'model.version-shared',
      model: 'churn',
      versionId: 'v1',
      files: { manifest: digit.repeat(64), count: 2, sizeBytes: 10 },
    });
    ana.state(register('v1'));
    share();
    expect(reason(bo, bo.state(shared('b')))).toBe('FORBIDDEN');
    ana.state(shared('a'));
    expect(reason(ana, ana.state(shared('c')))).toBe('ALREADY_EXISTS');
    share();
    for (const device of [ana, bo]) expect(churn(device)!.versions[0]!.files?.manifest).toBe('a'.repeat(64));
  });

  it('R13 N7: gives the state of an earlier time from the entries that were there', () => {
    const { ana } = lab();
    for (const version of ['v1', 'v2']) ana.state(register(version));
    const { at } = ana.state(promote('v1')).entry;
    ana.state(promote('v2'));
    expect(champion(ana)!.holder).toBe('v2');
    const prefix = ana.feeds.entries().filter(({ entry }) => entry.at <= at);
    expect(registryOf(prefix).models[0]!.aliases[0]!.holder).toBe('v1');
  });

  it('N5 gives one state for all permutations of six facts and for random orders of arrival', () => {
    const { ana, bo, cy, share } = lab();
    const base = ana.feeds.entries().length;
    ana.state(policy(2));
    ana.state(register('v1'));
    share();
    bo.state(approve('v1'));
    cy.state(approve('v1'));
    share();
    ana.state(promote('v1'));
    bo.state({ kind: 'model.described', model: 'churn', versionId: 'v1', description: 'reviewed' });
    share();
    const all = ana.feeds.entries();
    const known = all.filter(({ entry }) => !isFactOfTest(entry.fact));
    const six = all.filter(({ entry }) => isFactOfTest(entry.fact));
    expect([known.length, six.length]).toEqual([base, 6]);
    const expected = registryOf(all).models;
    expect(expected[0]!.aliases[0]!.holder).toBe('v1');
    let permutations = 0;
    const states: unknown[] = [];
    for (const order of permutationsOf(six)) {
      expect(registryOf([...order, ...known]).models).toEqual(expected);
      if (permutations++ % 24 > 0) continue;
      const replica = new SimulatedDevice('Replica', 9, ana.feeds.teamId);
      replica.feeds.restore(known.map(({ entry }) => entry));
      replica.receive(order.map(({ entry }) => entry));
      states.push(replica.registry().models);
    }
    expect(states).toEqual(Array.from({ length: 30 }, () => expected));
    expect(permutations).toBe(720);
  });

  it('R14 takes ten thousand entries in well under a second', () => {
    const { ana, bo, share } = lab();
    ana.state(register('v0'));
    share();
    const entries = [...ana.feeds.entries()];
    const heads = new Map([ana, bo].map(device => [device, device.feeds.head(device.device)?.seq ?? 0]));
    for (let index = 0; entries.length < 10_000; index++) {
      const device = index % 2 ? ana : bo;
      const other = index % 2 ? bo : ana;
      const seq = heads.get(device)! + 1;
      heads.set(device, seq);
      const after = { [other.device]: heads.get(other)! };
      const fact = index % 3 ? register(`w${index}`) : promote('v0', `alias-${index % 7}`);
      const entry = { ...entries[0]!.entry, team: ana.feeds.teamId, author: device.device, seq, after, fact };
      entries.push({ hash: `h${index}`, entry });
    }
    const began = process.cpuUsage();
    const registry = registryOf(entries);
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(800);
    expect(registry.models[0]!.versions.length).toBeGreaterThan(6000);
  });
});

const isFactOfTest = ({ kind }: Fact) =>
  !kind.startsWith('team.') && !kind.startsWith('member.') && kind !== 'invite.created';

function* permutationsOf<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries())
    for (const rest of permutationsOf(items.toSpliced(index, 1))) yield [item, ...rest];
}
