import { describe, expect, it } from 'vitest';
import { checkFact } from './check-fact.ts';
import type { Fact } from './entry.ts';
import { GrowingRegistry } from './growing-registry.ts';
import { SimulatedDevice } from './simulated-device.ts';

const register: Fact = {
  kind: 'model.version-registered',
  model: 'churn',
  versionId: 'v1',
  source: '',
  runId: null,
  description: '',
};
const promote: Fact = { kind: 'alias.promoted', model: 'churn', alias: 'champion', versionId: 'v1' };

function check(device: SimulatedDevice, fact: Fact) {
  const held = new GrowingRegistry();
  held.add(device.feeds.entries());
  held.catchUp();
  const error = checkFact({ held, device: device.device, fact, at: new Date(device.now).toISOString() });
  const sentence = error ? `${error.message} ${error.nextStep}`.trim() : 'Fine.';
  expect(sentence).toMatch(/\.$/);
  return error?.code ?? 'ok';
}

describe('checkFact', () => {
  it('C1 says before signing what every replica would say afterwards', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'contributor');
    ana.state({ kind: 'policy.set', alias: 'champion', approvals: 1 });
    expect(check(ana, register)).toBe('ok');
    expect(check(ana, promote)).toBe('NOT_FOUND');
    ana.state(register);
    expect(check(ana, register)).toBe('ALREADY_EXISTS');
    expect(check(ana, promote)).toBe('NEEDS_APPROVAL');
    const approval: Fact = { kind: 'approval.given', model: 'churn', versionId: 'v1', verdict: 'approve', comment: '' };
    expect(check(ana, approval)).toBe('FORBIDDEN');
    bo.syncWith(ana);
    expect(check(bo, approval)).toBe('FORBIDDEN');
    expect(check(bo, promote)).toBe('FORBIDDEN');
    const cy = ana.welcome('Cy', 3, 'reviewer');
    expect(check(cy, approval)).toBe('ok');
    cy.state(approval);
    ana.syncWith(cy);
    expect(check(ana, promote)).toBe('ok');
  });

  it('C2 sends a promotion of a contested alias to its resolution', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    ana.state(register);
    ana.state({ ...register, versionId: 'v2' });
    const bo = ana.welcome('Bo', 2, 'maintainer');
    ana.state(promote);
    bo.state({ ...promote, versionId: 'v2' });
    ana.syncWith(bo);
    expect(check(ana, promote)).toBe('CONTESTED');
    const resolved: Fact = {
      kind: 'contested.resolved',
      model: 'churn',
      alias: 'champion',
      versionId: 'v2',
      reason: '',
    };
    expect(check(ana, resolved)).toBe('ok');
  });

  it('C3 keeps the last owner in the team, and strangers out', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    expect(check(ana, { kind: 'member.removed', device: ana.device })).toBe('FORBIDDEN');
    ana.welcome('Bo', 2, 'owner');
    expect(check(ana, { kind: 'member.removed', device: ana.device })).toBe('ok');
    const eve = new SimulatedDevice('Eve', 9, ana.feeds.teamId);
    eve.syncWith(ana);
    expect(check(eve, register)).toBe('FORBIDDEN');
  });
});
