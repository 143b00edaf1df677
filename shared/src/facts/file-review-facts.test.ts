import { describe, expect, it } from 'vitest';
import type { Fact } from './entry.ts';
import { explain } from './explain.ts';
import { GrowingRegistry } from './growing-registry.ts';
import { registryOf } from './registry.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import { lab, reason } from './simulated-registry.ts';

const ofCard = { project: 'churn', path: 'MODEL_CARD.md' };
const [first, second] = ['a'.repeat(64), 'b'.repeat(64)] as const;
const ask = (people: SimulatedDevice[], content = first): Fact => ({
  kind: 'file-review.requested',
  ...ofCard,
  content,
  people: people.map(({ device }) => device),
  comment: 'Intended use?',
});
const give = (verdict: 'approve' | 'request-changes' | 'comment', content = first): Fact => ({
  kind: 'file-review.given',
  ...ofCard,
  content,
  verdict,
  comment: '',
});
const withdraw = (...people: SimulatedDevice[]): Fact => ({
  kind: 'file-review.withdrawn',
  ...ofCard,
  people: people.map(({ device }) => device),
  comment: '',
});
const card = (device: SimulatedDevice) => device.registry().fileReviews()[0];
const states = (device: SimulatedDevice) => card(device)!.requests.map(({ name, state }) => [name, state]);

describe('reviews of files', () => {
  it('R21 a vote is about the content that it names; a remark stands beside it', () => {
    const { ana, bo, share } = lab();
    bo.state(give('approve'));
    bo.state(give('comment', second));
    share();
    expect(card(ana)).toMatchObject({
      votes: [{ name: 'Bo', verdict: 'approve', content: first }],
      remarks: [{ name: 'Bo', content: second }],
    });
    bo.state(give('request-changes', second));
    share();
    expect(card(ana)!.votes).toMatchObject([{ verdict: 'request-changes', content: second }]);
  });

  it('R22 a request is open until any verdict on the path, and withdrawn by who asked or is asked alone', () => {
    const { ana, bo, cy, share } = lab();
    ana.state(ask([bo, cy]));
    share();
    expect(reason(cy, cy.state(withdraw(bo)))).toBe('NOT_FOUND');
    bo.state(give('comment', second));
    cy.state(withdraw(cy));
    share();
    expect(states(ana)).toEqual([
      ['Bo', 'answered'],
      ['Cy', 'withdrawn'],
    ]);
    ana.state(ask([bo], second));
    share();
    expect(states(bo)).toEqual([
      ['Cy', 'withdrawn'],
      ['Bo', 'open'],
    ]);
    expect(reason(ana, ana.state(ask([ana])))).toBe('FORBIDDEN');
    const sentences = explain(ana.registry()).map(({ sentence }) => sentence);
    expect(sentences).toContain(
      'Ana asked Bo, Cy to review MODEL_CARD.md of churn (content aaaaaaaa): “Intended use?”',
    );
    expect(sentences).toContain('Cy declined to review MODEL_CARD.md of churn.');
    expect(sentences).toContain('Bo reviewed MODEL_CARD.md of churn (content bbbbbbbb) without a vote.');
  });

  it('R22 takes a verdict that was given apart from a request as its answer', () => {
    const { ana, bo, share } = lab();
    bo.state(give('approve'));
    ana.state(ask([bo]));
    share();
    expect(states(ana)).toEqual([['Bo', 'answered']]);
    expect(states(bo)).toEqual(states(ana));
  });

  it('R23 who asked about a content gives no vote on it, and may on what it says later', () => {
    const { ana, bo } = lab();
    ana.state(ask([bo]));
    expect(reason(ana, ana.state(give('approve')))).toBe('FORBIDDEN');
    expect(reason(ana, ana.state(give('comment')))).toBeUndefined();
    expect(reason(ana, ana.state(give('approve', second)))).toBeUndefined();
  });

  it.each(['viewer', 'agent', 'contributor'] as const)('R1 R21 a verdict of a %s counts nowhere', role => {
    const { ana, bo, share } = lab();
    const guest = ana.welcome('Guest', 60, role);
    const given = guest.state(give('approve'));
    ana.syncWith(guest);
    share();
    for (const replica of [ana, bo]) {
      expect(reason(replica, given)).toBe('FORBIDDEN');
      expect(replica.registry().fileReviews()).toEqual([]);
    }
  });

  it('M6 R21 nor does that of a member who was removed without having been seen', () => {
    const { ana, bo, cy, share } = lab();
    const given = bo.state(give('approve'));
    ana.state({ kind: 'person.removed', person: bo.device });
    share();
    expect(reason(cy, given)).toBe('FORBIDDEN');
    expect(cy.registry().fileReviews()).toEqual([]);
  });

  it('M15 a role in the project counts there', () => {
    const { ana, bo, share } = lab();
    ana.state({ kind: 'role.set', person: bo.device, role: 'viewer', project: 'churn' });
    share();
    expect(reason(bo, bo.state(give('approve')))).toBe('FORBIDDEN');
    const elsewhere: Fact = { ...give('approve'), project: 'fraud' } as Fact;
    expect(reason(bo, bo.state(elsewhere))).toBeUndefined();
  });

  it('R0 R14 is the same for who keeps up entry by entry', () => {
    const { ana, bo, cy, share } = lab();
    ana.state(ask([bo, cy]));
    share();
    bo.state(give('approve'));
    cy.state(give('request-changes'));
    cy.state(withdraw(cy));
    share();
    const entries = ana.feeds.entries();
    const growing = new GrowingRegistry();
    for (const item of entries) {
      growing.add([item]);
      growing.catchUp();
    }
    expect(growing.registry.fileReviews()).toEqual(registryOf(entries).fileReviews());
  });
});
