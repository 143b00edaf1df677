import { describe, expect, it } from 'vitest';
import { held, signEntry } from './entry-hash.ts';
import { membershipOf } from './membership.ts';
import { SimulatedDevice } from './simulated-device.ts';

const team = (device: SimulatedDevice) => membershipOf(device.feeds.entries());
const active = (device: SimulatedDevice) =>
  team(device)
    .members.filter(member => member.active)
    .map(({ name }) => name);
const create = (model: string) => ({ kind: 'model.created', model, description: '' }) as const;
const remove = (target: SimulatedDevice) => ({ kind: 'member.removed', device: target.device }) as const;

describe('membership', () => {
  it('M1 makes the founder an owner', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    expect(team(ana)).toMatchObject({
      teamId: ana.feeds.teamId,
      name: 'vision',
      members: [{ device: ana.device, name: 'Ana', role: 'owner', active: true }],
    });
  });

  it('M2 lets in a device with an invite, in the role of the invite', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'reviewer');
    expect(team(ana).members[1]).toMatchObject({ device: bo.device, name: 'Bo', role: 'reviewer', active: true });
    expect(team(ana).invites[0]).toMatchObject({ usedBy: bo.device });
  });

  it('M2 lets only owners invite', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'maintainer');
    const eve = new SimulatedDevice('Eve', 3, ana.feeds.teamId);
    const invite = bo.invite('owner');
    eve.syncWith(bo);
    eve.join(invite);
    expect(active(eve)).toEqual(['Ana', 'Bo']);
  });

  it('M3 refuses a proof made for another device, a wrong secret and an unknown invite', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const invite = ana.invite('reviewer');
    const eve = new SimulatedDevice('Eve', 3, ana.feeds.teamId);
    eve.syncWith(ana);
    const bo = new SimulatedDevice('Bo', 2, ana.feeds.teamId);
    bo.syncWith(ana);
    const stolen = bo.write({
      kind: 'member.added',
      inviteId: invite.inviteId,
      proof: (bo.join(invite).entry.fact as { proof: string }).proof,
      member: { name: 'Eve', deviceName: '' },
    }).entry.fact;
    eve.state(stolen);
    expect(active(eve)).toEqual(['Ana']);
    eve.join({ ...invite, secret: eve.keys });
    eve.join({ ...invite, inviteId: 'none' });
    expect(active(eve)).toEqual(['Ana']);
    expect([...team(eve).ignored.values()].map(({ code }) => code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'NOT_FOUND']);
  });

  it('M4 judges an invite’s expiry by the clock of the entry that joins', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const invite = ana.invite('reviewer');
    const late = new SimulatedDevice('Late', 2, ana.feeds.teamId);
    late.syncWith(ana);
    late.now += 90_000_000;
    late.join(invite);
    expect(active(late)).toEqual(['Ana']);
    expect([...team(late).ignored.values()][0]?.message).toMatch(/expired/);
  });

  it('M5 lets in one of two devices that used an invite apart, the same on every replica', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const invite = ana.invite('reviewer');
    const bo = new SimulatedDevice('Bo', 2, ana.feeds.teamId);
    const cy = new SimulatedDevice('Cy', 3, ana.feeds.teamId);
    for (const guest of [bo, cy]) {
      guest.syncWith(ana);
      guest.join(invite);
    }
    ana.syncWith(bo);
    ana.syncWith(cy);
    bo.syncWith(ana);
    cy.syncWith(ana);
    expect(active(ana)).toHaveLength(2);
    expect(active(bo)).toEqual(active(ana));
    expect(active(cy)).toEqual(active(ana));
  });

  it('M6 counts of a removed device what the remover had seen, and nothing else', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'contributor');
    bo.state(create('seen'));
    ana.syncWith(bo);
    bo.state(create('apart'));
    ana.state(remove(bo));
    bo.now += 1_000_000;
    ana.syncWith(bo);
    bo.state(create('afterwards'));
    ana.syncWith(bo);
    expect(active(ana)).toEqual(['Ana']);
    expect(ana.registry().models.map(({ name }) => name)).toEqual(['seen']);
    expect(bo.registry().models).toEqual(ana.registry().models);
  });

  it('M6 takes back what an invite by the removed device would have brought', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'owner');
    const puppet = bo.welcome('Puppet', 3, 'owner');
    puppet.state(remove(ana));
    ana.state(remove(bo));
    ana.syncWith(puppet);
    expect(active(ana)).toEqual(['Ana']);
    expect(active(puppet)).toEqual(['Ana']);
  });

  it('M7 lets the longer-standing of two owners stay who removed each other apart', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'owner');
    const cy = ana.welcome('Cy', 3, 'owner');
    bo.syncWith(cy);
    cy.state(remove(bo));
    bo.state(remove(cy));
    cy.syncWith(bo);
    ana.syncWith(cy);
    expect(active(ana)).toEqual(['Ana', 'Bo']);
    ana.state(remove(bo));
    const again = ana.invite('owner');
    bo.syncWith(ana);
    bo.join(again); // later than Cy joined, and what was decided stays decided
    ana.syncWith(bo);
    expect(active(ana)).toEqual(['Ana', 'Bo']);
  });

  it('M7 lets a device leave, and only owners remove others', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'maintainer');
    bo.state(remove(ana));
    expect(active(bo)).toEqual(['Ana', 'Bo']);
    bo.state(remove(bo));
    expect(active(bo)).toEqual(['Ana']);
  });

  it('M8 lets a removed device come back by a new invite', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'contributor');
    ana.state(remove(bo));
    const again = ana.invite('reviewer');
    bo.syncWith(ana);
    bo.join(again);
    bo.state(create('back'));
    ana.syncWith(bo);
    expect(team(ana).members[1]).toMatchObject({ name: 'Bo', role: 'reviewer', active: true });
    expect(ana.registry().models.map(({ name }) => name)).toEqual(['back']);
  });

  it('M9 ends what a new entry may refer to at the first entry without a right', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const eve = new SimulatedDevice('Eve', 3, ana.feeds.teamId);
    eve.syncWith(ana);
    const at = new Date(ana.now).toISOString();
    const unsigned = { v: 1, team: ana.feeds.teamId, author: eve.device, seq: 1, prev: '', after: {}, at } as const;
    ana.feeds.add(held(signEntry({ ...unsigned, fact: create('evil') }, eve.keys)).entry);
    expect(team(ana).seen).toEqual({ [ana.device]: 1 });
    expect(ana.registry().models).toEqual([]);
  });
});
