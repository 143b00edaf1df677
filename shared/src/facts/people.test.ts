import { describe, expect, it } from 'vitest';
import type { Role } from '../domain/team.ts';
import type { Fact } from './entry.ts';
import { deviceKeys } from './keys.ts';
import { lackedRight } from './lacked-right.ts';
import { membershipOf } from './membership.ts';
import { seedOf, SimulatedDevice } from './simulated-device.ts';
import { approve, churn, policy, promote, reason, register } from './simulated-registry.ts';

const team = (device: SimulatedDevice) => membershipOf(device.feeds.entries());
const memberOn = (device: SimulatedDevice, of = device) =>
  team(device).members.find(member => member.device === of.device)!;
const active = (device: SimulatedDevice) =>
  team(device)
    .members.filter(member => member.active)
    .map(({ name }) => name);
const setRole = (of: SimulatedDevice, role: Exclude<Role, 'agent'> | null, project: string | null = null): Fact => ({
  kind: 'role.set',
  person: of.device,
  role,
  project,
});
const removePerson = (of: SimulatedDevice): Fact => ({ kind: 'person.removed', person: of.device });
const removeDevice = (of: SimulatedDevice): Fact => ({ kind: 'member.removed', device: of.device });
const ignored = (on: SimulatedDevice, item: { hash: string }) =>
  team(on).ignored.get(item.hash)?.message ?? on.registry().refusalOf(item.hash)?.message;
const share = (...devices: SimulatedDevice[]) => {
  for (let round = 0; round < 2; round++) for (const device of devices) device.syncWith(devices[0]!);
};

describe('M11 a role that was changed', () => {
  it('counts for what comes after, and not for what came before', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'maintainer');
    for (const fact of [register('v1'), promote('v1')]) bo.state(fact);
    ana.syncWith(bo);
    ana.state(setRole(bo, 'contributor'));
    ana.syncWith(bo);
    expect(memberOn(bo).role).toBe('contributor');
    const late = bo.state(promote('v1', 'late'));
    ana.syncWith(bo);
    expect(ignored(ana, late)).toMatch(/As contributor you may not promote/);
    expect(churn(ana)!.aliases.map(({ alias }) => alias)).toEqual(['champion']);
    ana.state(setRole(bo, 'maintainer'));
    ana.syncWith(bo);
    expect(reason(ana, bo.state(promote('v1', 'again')))).toBeUndefined();
  });

  it('takes the effect from what was written apart, also where its clock is older', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'maintainer');
    ana.state(register('v1'));
    share(ana, bo);
    ana.now += 3_600_000;
    ana.state(setRole(bo, 'viewer'));
    const backdated = bo.state(promote('v1'));
    share(ana, bo);
    expect(ignored(ana, backdated)).toMatch(/As viewer/);
    expect(bo.registry().models).toEqual(ana.registry().models);
    // The author could not know: a server takes the entry, so that Bo’s feed goes on.
    expect(lackedRight(backdated, team(ana))).toBeNull();
  });

  it('gives nothing to what was written apart from it', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'viewer');
    ana.state(setRole(bo, 'owner'));
    const apart = bo.state(register('v1'));
    share(ana, bo);
    expect(ignored(ana, apart)).toMatch(/As viewer/);
    expect(lackedRight(apart, team(ana))).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is the lower of two that were set apart', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const cy = ana.welcome('Cy', 3, 'owner');
    const bo = ana.welcome('Bo', 2, 'contributor');
    share(ana, cy, bo);
    ana.state(setRole(bo, 'maintainer'));
    cy.state(setRole(bo, 'reviewer'));
    share(ana, cy, bo);
    for (const device of [ana, bo, cy]) expect(memberOn(device, bo).role).toBe('reviewer');
    ana.state(setRole(bo, 'owner'));
    share(ana, cy, bo);
    expect(memberOn(cy, bo).role).toBe('owner');
  });

  it('leaves an owner where two owners degrade each other apart: the longer-standing one', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'owner');
    share(ana, bo);
    bo.state(setRole(ana, 'viewer'));
    ana.state(setRole(bo, 'viewer'));
    share(ana, bo);
    for (const device of [ana, bo]) expect(team(device).members.map(({ role }) => role)).toEqual(['owner', 'viewer']);
  });

  it('is set by owners alone, for people alone', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'maintainer');
    const bot = ana.add('agent', 'Bot', 3);
    share(ana, bo, bot);
    expect(ignored(bo, bo.state(setRole(bo, 'owner')))).toMatch(/takes an owner/);
    expect(ignored(ana, ana.state(setRole(bot, 'owner')))).toMatch(/stays an agent/);
    expect(memberOn(ana, bot).role).toBe('agent');
  });
});

describe('M12 the last owner', () => {
  it('can neither leave nor become something else', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    ana.welcome('Bo', 2, 'maintainer');
    for (const fact of [removePerson(ana), setRole(ana, 'viewer')])
      expect(ignored(ana, ana.state(fact))).toMatch(/last owner/);
    expect(memberOn(ana)).toMatchObject({ role: 'owner', active: true });
  });

  it('is there after two owners left apart', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'owner');
    share(ana, bo);
    ana.state(removePerson(ana));
    bo.state(removePerson(bo));
    share(ana, bo);
    expect(active(ana)).toEqual(['Bo']);
    expect(active(bo)).toEqual(['Bo']);
  });
});

describe('M13 a person with several devices', () => {
  it('has one role on all of them, and one voice', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'reviewer');
    const phone = bo.add('device', 'Bo', 3);
    ana.state(policy(2));
    ana.state(register('v1'));
    share(ana, bo, phone);
    bo.state(approve('v1'));
    phone.state(approve('v1'));
    share(ana, bo, phone);
    expect(reason(ana, ana.state(promote('v1')))).toBe('NEEDS_APPROVAL');
    expect(churn(ana)!.versions[0]!.approvals).toHaveLength(1);
    bo.state(register('own'));
    share(ana, bo, phone);
    expect(reason(phone, phone.state(approve('own')))).toBe('FORBIDDEN');
    ana.syncWith(phone);
    ana.state(setRole(bo, 'viewer'));
    share(ana, bo, phone);
    expect(memberOn(phone)).toMatchObject({ role: 'viewer', person: bo.device });
  });

  it('is removed with all devices, also one that joined apart, and with the invites that nobody used', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'owner');
    const forPhone = bo.inviteOwn('device', 3);
    const forFriend = bo.invite('owner');
    share(ana, bo);
    const [phone, friend] = [3, 4].map(number => new SimulatedDevice(`D${number}`, number, ana.feeds.teamId));
    for (const guest of [phone!, friend!]) guest.syncWith(bo);
    phone!.join(forPhone); // before the removal, and unseen by the remover
    ana.state(removePerson(bo));
    share(ana, bo, phone!, friend!);
    friend!.join(forFriend);
    share(ana, bo, phone!, friend!);
    for (const device of [ana, bo, phone!, friend!]) expect(active(device)).toEqual(['Ana']);
  });

  it('lets a lost device go without the person, and what it had invited', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'contributor');
    const phone = bo.add('device', 'Phone', 3);
    const thief = phone.inviteOwn('device', 4);
    share(ana, bo, phone);
    bo.state(removeDevice(phone));
    const laptop = new SimulatedDevice('Thief', 4, ana.feeds.teamId);
    laptop.syncWith(phone);
    laptop.join(thief);
    share(ana, bo, laptop);
    expect(active(ana)).toEqual(['Ana', 'Bo']);
  });
});

describe('M14 an agent', () => {
  it('may log and annotate, never decide, and goes with its member', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'reviewer');
    const bot = bo.add('agent', 'Bot', 3);
    ana.state(register('v1'));
    share(ana, bo, bot);
    expect(memberOn(ana, bot)).toMatchObject({ role: 'agent', agentOf: bo.device, active: true });
    expect(reason(bot, bot.state(register('by-bot')))).toBeUndefined();
    for (const fact of [approve('v1'), promote('v1'), policy(0)])
      expect(reason(bot, bot.state(fact))).toBe('FORBIDDEN');
    const { secret, inviteId } = bot.inviteOwn('agent', 4);
    const guest = new SimulatedDevice('Guest', 4, ana.feeds.teamId);
    guest.syncWith(bot);
    guest.join({ secret, inviteId });
    share(ana, bo, bot, guest);
    expect(active(ana)).toEqual(['Ana', 'Bo', 'Bot']);
    // Whose agent registered it gives no verdict on it.
    expect(reason(bo, bo.state(approve('by-bot')))).toBe('FORBIDDEN');
    ana.state(setRole(bo, 'viewer'));
    share(ana, bo, bot);
    expect(reason(bot, bot.state(register('as-viewer')))).toBe('FORBIDDEN');
    ana.state(removePerson(bo));
    share(ana, bo, bot);
    expect(active(bot)).toEqual(['Ana']);
  });
});

describe('M15 a role in one project', () => {
  it('counts for the models of that project, under whichever name a fact gives them', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'viewer');
    for (const [id, model] of [
      ['c', 'churn'],
      ['e', 'churn.eu'],
      ['f', 'fraud'],
    ] as const)
      ana.state(register(id, model));
    ana.state(setRole(bo, 'maintainer', 'churn'));
    share(ana, bo);
    expect(memberOn(bo)).toMatchObject({ role: 'viewer', projects: { churn: 'maintainer' } });
    const say = (versionId: string, model: string) =>
      reason(bo, bo.state({ kind: 'alias.promoted', model, alias: 'a', versionId }));
    expect(say('c', 'churn')).toBeUndefined();
    expect(say('e', 'churn.eu')).toBeUndefined();
    expect(say('f', 'fraud')).toBe('FORBIDDEN');
    expect(say('f', 'churn')).toBe('FORBIDDEN');
    expect(reason(bo, bo.state({ kind: 'model.renamed', model: 'churn', to: 'fraud.new' }))).toBe('FORBIDDEN');
    expect(reason(bo, bo.state(policy(0)))).toBe('FORBIDDEN');
    ana.syncWith(bo);
    ana.state(setRole(bo, null, 'churn'));
    share(ana, bo);
    expect(say('c', 'churn')).toBe('FORBIDDEN');
  });
});

describe('M16 a recovery key', () => {
  const paper = deviceKeys(seedOf(800));
  const setKey = (key = paper): Fact => ({ kind: 'recovery.set', key: key.device });
  const machine = (number: number, from: SimulatedDevice) => {
    const device = new SimulatedDevice('Ana again', number, from.feeds.teamId);
    device.syncWith(from);
    return device;
  };

  it('brings an owner back on a new device, and revokes the devices and agents before', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'maintainer');
    const bot = ana.add('agent', 'Bot', 4);
    ana.state(setKey());
    ana.state(register('v1'));
    share(ana, bo, bot);
    const back = machine(5, bo);
    back.recover(ana.device, paper);
    const stolen = ana.state(promote('v1')); // by the thief, apart from it
    share(back, bo, ana, bot);
    for (const device of [back, bo, ana, bot]) expect(active(device)).toEqual(['Bo', 'Ana again']);
    expect(memberOn(bo, back)).toMatchObject({ role: 'owner', person: ana.device, active: true });
    expect(ignored(bo, stolen)).toMatch(/removed/);
    back.state(setRole(bo, 'reviewer'));
    share(back, bo);
    expect(memberOn(bo).role).toBe('reviewer');
    // One voice, before and after.
    const { members } = team(bo);
    expect(new Set(members.filter(({ name }) => name.startsWith('Ana')).map(({ person }) => person)).size).toBe(1);
  });

  it('wins over whoever holds a lost device and removes, degrades or replaces the key apart from it', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'owner');
    ana.state(setKey());
    share(ana, bo);
    const back = machine(5, bo);
    back.recover(ana.device, paper);
    for (const fact of [setKey(deviceKeys(seedOf(801))), removePerson(bo), setRole(bo, 'viewer')]) ana.state(fact);
    share(back, bo, ana);
    for (const device of [back, bo, ana]) expect(active(device)).toEqual(['Bo', 'Ana again']);
    expect(memberOn(bo).role).toBe('owner');
  });

  it('is refused when it is another one, a replaced one, or a removed member’s', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'owner');
    bo.state(setKey());
    share(ana, bo);
    const refused = (number: number, key = paper) => {
      const device = machine(number, ana);
      return ignored(device, device.recover(bo.device, key));
    };
    expect(refused(5, deviceKeys(seedOf(802)))).toMatch(/not the recovery key/);
    bo.state(setKey(deviceKeys(seedOf(803))));
    share(ana, bo);
    expect(refused(6)).toMatch(/not the recovery key/);
    ana.state(removePerson(bo));
    expect(refused(7, deviceKeys(seedOf(803)))).toMatch(/removed/);
    const foreign = machine(8, ana);
    expect(ignored(foreign, foreign.recover(ana.device, paper))).toMatch(/no recovery key/);
  });

  it('gives back no more than its owner is now', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'owner');
    bo.state(setKey());
    share(ana, bo);
    const back = machine(5, bo);
    back.recover(bo.device, paper);
    ana.state(setRole(bo, 'viewer')); // apart
    share(ana, back, bo);
    expect(memberOn(ana, back)).toMatchObject({ role: 'viewer', active: true });
  });
});
