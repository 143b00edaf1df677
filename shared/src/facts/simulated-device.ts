import type { Role } from '../domain/team.ts';
import type { Entry, Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import { Feeds } from './feeds.ts';
import { deviceKeys, joinProof, recoveryProof, type DeviceKeys } from './keys.ts';
import { membershipOf } from './membership.ts';
import { registryOf, type Registry } from './registry.ts';
import { writeEntry } from './write-entry.ts';

/** A replica for tests: real keys, real signatures, a clock that is given; the network is a method call. */
export class SimulatedDevice {
  readonly name: string;
  readonly keys: DeviceKeys;
  feeds: Feeds;
  now = Date.parse('2026-01-05T09:00:00Z');
  #invites = 0;

  constructor(name: string, number: number, teamId = '') {
    this.name = name;
    this.keys = deviceKeys(seedOf(number));
    this.feeds = new Feeds(teamId);
  }

  get device(): string {
    return this.keys.device;
  }

  static founder(name: string, number: number): SimulatedDevice {
    const founder = new SimulatedDevice(name, number);
    const member = { name, deviceName: `${name}-laptop` };
    const founding = founder.write({ kind: 'team.founded', team: 'vision', member, nonce: String(number) });
    founder.feeds = new Feeds(founding.hash);
    founder.feeds.add(founding.entry);
    return founder;
  }

  /** Signs the next entry without adding it. */
  write(fact: Fact): HeldEntry {
    this.now += 60_000;
    return writeEntry({
      keys: this.keys,
      team: this.feeds.teamId,
      head: this.feeds.head(this.device),
      seen: membershipOf(this.feeds.entries()).seen,
      fact,
      at: new Date(this.now).toISOString(),
    });
  }

  state(fact: Fact): HeldEntry {
    const item = this.write(fact);
    this.feeds.add(item.entry);
    return item;
  }

  receive(entries: readonly Entry[]): void {
    let waiting = [...entries];
    for (let before = -1; waiting.length !== before;) {
      before = waiting.length;
      waiting = waiting.filter(entry => this.feeds.add(entry).kind === 'gap');
    }
  }

  syncWith(other: SimulatedDevice): void {
    this.receive(other.feeds.entriesAfter(this.feeds.vector()));
    other.receive(this.feeds.entriesAfter(other.feeds.vector()));
  }

  /** An invite with its secret, stated by this device. */
  invite(role: Role, secret = seedOf(200 + ++this.#invites + this.now)): { inviteId: string; secret: DeviceKeys } {
    const invite = deviceKeys(secret);
    const expiresAt = new Date(this.now + 86_400_000).toISOString();
    this.state({ kind: 'invite.created', inviteId: invite.device, key: invite.device, role, expiresAt });
    return { inviteId: invite.device, secret: invite };
  }

  join(invite: { inviteId: string; secret: DeviceKeys }): HeldEntry {
    const proof = joinProof(invite.secret, this.feeds.teamId, this.device);
    const member = { name: this.name, deviceName: `${this.name}-laptop` };
    return this.state({ kind: 'member.added', inviteId: invite.inviteId, proof, member });
  }

  /** A device that joined this one's team by an invite; both hold the same entries. */
  welcome(name: string, number: number, role: Role): SimulatedDevice {
    const guest = new SimulatedDevice(name, number, this.feeds.teamId);
    guest.now = this.now;
    const invite = this.invite(role);
    guest.syncWith(this);
    guest.join(invite);
    guest.syncWith(this);
    return guest;
  }

  /** Another device of this one's person, or an agent of theirs; both hold the same entries. */
  add(as: 'device' | 'agent', name: string, number: number): SimulatedDevice {
    const added = new SimulatedDevice(name, number, this.feeds.teamId);
    added.now = this.now;
    const invite = this.inviteOwn(as, number);
    added.syncWith(this);
    added.join(invite);
    added.syncWith(this);
    return added;
  }

  inviteOwn(as: 'device' | 'agent', number: number): { inviteId: string; secret: DeviceKeys } {
    const secret = deviceKeys(seedOf(10_000 + number));
    const expiresAt = new Date(this.now + 86_400_000).toISOString();
    this.state({ kind: 'device.invited', as, inviteId: secret.device, key: secret.device, expiresAt });
    return { inviteId: secret.device, secret };
  }

  /** Comes back by a recovery key as the person whose first device is named. */
  recover(person: string, recovery: DeviceKeys): HeldEntry {
    const proof = recoveryProof(recovery, this.feeds.teamId, this.device);
    return this.state({ kind: 'person.recovered', person, proof, member: { name: this.name, deviceName: 'new' } });
  }

  registry(): Registry {
    return registryOf(this.feeds.entries());
  }
}

export function seedOf(number: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => (number >>> ((index % 4) * 8)) & 255);
}
