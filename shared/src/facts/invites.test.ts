import { describe, expect, it } from 'vitest';
import type { Fact } from './entry.ts';
import { lackedRight } from './lacked-right.ts';
import { membershipOf } from './membership.ts';
import { SimulatedDevice } from './simulated-device.ts';
import { register } from './simulated-registry.ts';

type Invited = ReturnType<SimulatedDevice['invite']>;

const team = (device: SimulatedDevice) => membershipOf(device.feeds.entries());
const ignored = (on: SimulatedDevice, item: { hash: string }) =>
  team(on).ignored.get(item.hash)?.message ?? on.registry().refusalOf(item.hash)?.message;
const withdraw = ({ inviteId }: Invited): Fact => ({ kind: 'invite.withdrawn', inviteId });
const inviteOn = (device: SimulatedDevice, { inviteId }: Invited) =>
  team(device).invites.find(invite => invite.inviteId === inviteId)!;
const activeOn = (device: SimulatedDevice) =>
  team(device)
    .members.filter(({ active }) => active)
    .map(({ name }) => name);
const guestOf = (host: SimulatedDevice, name: string, number: number) => {
  const guest = new SimulatedDevice(name, number, host.feeds.teamId);
  guest.now = host.now;
  guest.syncWith(host);
  return guest;
};

describe('M17 an invite that was withdrawn', () => {
  it('lets nobody in any more', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const invite = ana.invite('owner');
    expect(inviteOn(ana, invite)).toMatchObject({ usedBy: null, ended: false });
    ana.state(withdraw(invite));
    expect(inviteOn(ana, invite)).toMatchObject({ usedBy: null, ended: true });
    const bo = guestOf(ana, 'Bo', 2);
    expect(ignored(bo, bo.join(invite))).toMatch(/withdrawn/);
    ana.syncWith(bo);
    expect(activeOn(ana)).toEqual(['Ana']);
  });

  it('takes the membership from who joined apart, and all that they wrote', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const cy = ana.welcome('Cy', 3, 'owner');
    const invite = ana.invite('owner');
    const bo = guestOf(ana, 'Bo', 2);
    bo.join(invite);
    const model = bo.state(register('v1'));
    const revenge = bo.state({ kind: 'person.removed', person: ana.device });
    cy.syncWith(ana);
    cy.syncWith(bo);
    expect(cy.registry().models).toHaveLength(1);
    ana.now -= 86_400_000; // clocks have no say
    const withdrawal = ana.state(withdraw(invite));
    for (const other of [bo, cy, ana]) ana.syncWith(other);
    for (const device of [ana, cy]) device.syncWith(ana);
    bo.syncWith(ana);
    for (const device of [ana, bo, cy]) {
      expect(ignored(device, withdrawal)).toBeUndefined();
      expect(ignored(device, revenge)).toMatch(/not a member/);
      expect(ignored(device, model)).toMatch(/not a member/);
      expect(activeOn(device)).toEqual(['Ana', 'Cy']);
      expect(device.registry().models).toEqual([]);
      expect(inviteOn(device, invite)).toMatchObject({ usedBy: null, ended: true });
    }
  });

  it('is of no effect on who was seen joining: that is refused before it is stated', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const invite = ana.invite('viewer');
    const bo = guestOf(ana, 'Bo', 2);
    bo.join(invite);
    ana.syncWith(bo);
    const late = ana.state(withdraw(invite));
    expect(ignored(ana, late)).toMatch(/used already/);
    expect(lackedRight(late, team(ana))).toMatchObject({ code: 'CONFLICT' });
    expect(activeOn(ana)).toEqual(['Ana', 'Bo']);
  });

  it('is withdrawn by an owner or by whom it is from, once, and not by anybody else', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'viewer');
    const cy = ana.welcome('Cy', 3, 'maintainer');
    const own = bo.inviteOwn('device', 4);
    for (const device of [bo, cy]) device.syncWith(ana);
    cy.syncWith(bo);
    expect(ignored(cy, cy.state(withdraw(own)))).toMatch(/As maintainer you may not withdraw/);
    expect(ignored(bo, bo.state(withdraw(own)))).toBeUndefined();
    expect(ignored(bo, bo.state(withdraw(own)))).toMatch(/ended already/);
    expect(ignored(bo, bo.state({ kind: 'invite.withdrawn', inviteId: 'none' }))).toMatch(/no such invite/);
    const further = bo.inviteOwn('device', 5);
    ana.syncWith(bo);
    expect(ignored(ana, ana.state(withdraw(further)))).toBeUndefined();
    const late = guestOf(ana, 'Bo too', 5);
    expect(ignored(late, late.join(further))).toMatch(/withdrawn/);
  });

  it('stays open where whoever withdraws had been removed apart by a longer-standing owner', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const cy = ana.welcome('Cy', 3, 'owner');
    const invite = ana.invite('viewer');
    cy.syncWith(ana);
    const withdrawal = cy.state(withdraw(invite));
    ana.state({ kind: 'person.removed', person: cy.device });
    ana.syncWith(cy);
    expect(ignored(ana, withdrawal)).toMatch(/removed by an owner who had not seen this/);
    expect(inviteOn(ana, invite).ended).toBe(false);
  });

  it('ends with the member who made it, without a withdrawal', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'viewer');
    const own = bo.inviteOwn('device', 4);
    ana.syncWith(bo);
    ana.state({ kind: 'person.removed', person: bo.device });
    expect(inviteOn(ana, own).ended).toBe(true);
    expect(ignored(ana, ana.state(withdraw(own)))).toMatch(/ended already/);
  });
});
