import { describe, expect, it } from 'vitest';
import type { Fact } from './entry.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import { approve, champion, churn, lab, promote, reason, register, stage } from './simulated-registry.ts';

const request = (...people: SimulatedDevice[]): Fact => ({
  kind: 'review.requested',
  model: 'churn',
  versionId: 'v1',
  people: people.map(({ device }) => device),
  comment: 'slices, please',
});
const withdraw = (...people: SimulatedDevice[]): Fact => ({ ...request(...people), kind: 'review.withdrawn' }) as Fact;
const remark = (comment = 'nice'): Fact => ({ kind: 'review.commented', model: 'churn', versionId: 'v1', comment });
const required = (pattern: string, ...people: SimulatedDevice[][]): Fact => ({
  kind: 'reviewers.set',
  rules: [{ pattern, people: people.map(group => group.map(({ device }) => device)) }],
  from: 'REVIEWERS at 1234',
});
const states = (device: SimulatedDevice) =>
  churn(device)!.versions[0]!.requests.map(({ name, state }) => [name, state]);

describe('reviews', () => {
  it('R18 keeps a request open until it is answered by any verdict, and opens it again when asked again', () => {
    const { ana, bo, cy, share } = lab();
    ana.state(register('v1'));
    ana.state(request(bo, cy));
    share();
    expect(states(bo)).toEqual([
      ['Bo', 'open'],
      ['Cy', 'open'],
    ]);
    expect(churn(bo)!.versions[0]!.requests[0]).toMatchObject({ comment: 'slices, please', by: { name: 'Ana' } });
    bo.state(remark());
    cy.state(approve('v1', 'request-changes'));
    share();
    expect(states(ana)).toEqual([
      ['Bo', 'answered'],
      ['Cy', 'answered'],
    ]);
    ana.state(request(cy));
    share();
    expect(states(cy)).toEqual([
      ['Bo', 'answered'],
      ['Cy', 'open'],
    ]);
  });

  it('R18 takes a verdict that was given apart from a request as its answer', () => {
    const { ana, bo, share } = lab();
    ana.state(register('v1'));
    share();
    bo.state(approve('v1'));
    ana.state(request(bo));
    share();
    expect(states(ana)).toEqual([['Bo', 'answered']]);
    expect(states(bo)).toEqual(states(ana));
  });

  it('R18 lets who asked take it back and who is asked decline, nobody else', () => {
    const { ana, bo, cy, share } = lab();
    ana.state(register('v1'));
    ana.state(request(bo, cy));
    share();
    expect(reason(cy, cy.state(withdraw(bo)))).toBe('NOT_FOUND');
    share();
    bo.state(withdraw(bo));
    ana.state(withdraw(cy));
    share();
    expect(states(cy)).toEqual([
      ['Bo', 'withdrawn'],
      ['Cy', 'withdrawn'],
    ]);
    expect(reason(ana, ana.state(withdraw(cy)))).toBe('NOT_FOUND');
  });

  it('R18 R5 asks nobody about their own work', () => {
    const { ana, bo, share } = lab();
    bo.state(register('v1'));
    share();
    expect(reason(ana, ana.state(request(bo)))).toBe('FORBIDDEN');
    expect(reason(bo, bo.state(remark()))).toBe('FORBIDDEN');
  });

  it('R19 a verdict without a vote neither approves nor takes an approval back', () => {
    const { ana, bo, share } = lab();
    ana.state({ kind: 'policy.set', alias: 'champion', approvals: 1 });
    ana.state(register('v1'));
    share();
    bo.state(remark());
    share();
    expect(reason(ana, ana.state(promote('v1')))).toBe('NEEDS_APPROVAL');
    bo.state(approve('v1'));
    bo.state(remark('and thanks'));
    share();
    expect(reason(ana, ana.state(promote('v1')))).toBeUndefined();
    expect(churn(ana)!.versions[0]!.remarks.map(({ comment }) => comment)).toEqual(['nice', 'and thanks']);
  });

  it('R20 refuses a promotion that a required reviewer has not approved, whoever else has', () => {
    const { ana, bo, cy, share } = lab();
    ana.state(required('chu*@champion', [bo]));
    ana.state(register('v1'));
    share();
    cy.state(approve('v1'));
    share();
    expect(reason(ana, ana.state(promote('v1')))).toBe('NEEDS_APPROVAL');
    expect(reason(ana, ana.state(promote('v1', 'other')))).toBeUndefined();
    bo.state(approve('v1'));
    share();
    expect(reason(ana, ana.state(promote('v1')))).toBeUndefined();
    share();
    expect(champion(bo)?.holder).toBe('v1');
  });

  it('R20 needs one person of each group, takes the last rule that fits, and asks nobody to judge their own work', () => {
    const { ana, bo, cy, share } = lab();
    const rules: Fact = {
      kind: 'reviewers.set',
      rules: [
        { pattern: '*', people: [[cy.device]] },
        { pattern: 'churn', people: [[ana.device], [bo.device, cy.device]] },
      ],
    };
    ana.state(rules);
    ana.state(register('v1'));
    share();
    expect(reason(ana, ana.state(promote('v1')))).toBe('NEEDS_APPROVAL');
    bo.state(approve('v1'));
    share();
    expect(reason(ana, ana.state(promote('v1')))).toBeUndefined();
    expect(reason(ana, ana.state({ kind: 'reviewers.set', rules: [] }))).toBeUndefined();
    ana.state(register('v2'));
    expect(reason(ana, ana.state(promote('v2')))).toBeUndefined();
  });

  it('R20 holds for stages, too', () => {
    const { ana, bo, share } = lab();
    ana.state(required('churn@production', [bo]));
    ana.state(register('v1'));
    share();
    expect(reason(ana, ana.state(stage('v1', 'Production')))).toBe('NEEDS_APPROVAL');
    expect(reason(ana, ana.state(stage('v1', 'Staging')))).toBeUndefined();
    bo.state(approve('v1'));
    share();
    expect(reason(ana, ana.state(stage('v1', 'Production')))).toBeUndefined();
  });

  it.each(['viewer', 'agent', 'contributor'] as const)('R1 R20 a verdict of a %s counts nowhere', role => {
    const { ana, bo, share } = lab();
    const guest = ana.welcome('Guest', 60, role);
    ana.state(required('churn', [guest]));
    bo.state(register('v1'));
    share();
    guest.syncWith(ana);
    const given = guest.state(approve('v1'));
    const said = guest.state(remark());
    ana.syncWith(guest);
    share();
    for (const replica of [ana, bo, guest]) {
      expect(reason(replica, given)).toBe('FORBIDDEN');
      expect(reason(replica, said)).toBe('FORBIDDEN');
      expect(churn(replica)!.versions[0]).toMatchObject({ approvals: [], remarks: [] });
    }
    expect(reason(ana, ana.state(promote('v1')))).toBe('NEEDS_APPROVAL');
  });

  it('M6 R20 a removed member’s verdicts that the remover had not seen count nowhere', () => {
    const { ana, bo, cy, share } = lab();
    ana.state(required('churn', [bo]));
    cy.state(register('v1'));
    share();
    const given = bo.state(approve('v1'));
    const said = bo.state(remark());
    ana.state({ kind: 'person.removed', person: bo.device });
    share();
    for (const replica of [ana, cy, bo]) {
      expect(reason(replica, given)).toBe('FORBIDDEN');
      expect(reason(replica, said)).toBe('FORBIDDEN');
      expect(churn(replica)!.versions[0]).toMatchObject({ approvals: [], remarks: [] });
    }
    expect(reason(ana, ana.state(promote('v1')))).toBe('NEEDS_APPROVAL');
  });
});
