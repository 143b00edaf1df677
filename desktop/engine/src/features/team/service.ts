import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Member, Role } from '@benchmate/shared/domain/team';
import type { Fact } from '@benchmate/shared/facts/entry';
import { deviceKeys, toBase64Url } from '@benchmate/shared/facts/keys';
import type { TeamState } from '@benchmate/shared/protocol/team';
import type { Announcer } from '../../host/announcer.ts';
import type { Random } from '../../host/clock.ts';
import { newId } from '../../host/new-id.ts';
import type { DeviceIdentity } from '../../host/identity.ts';
import type { DocumentStore } from '../../replication/documents/store.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { ReplicaParts } from '../../replication/feeds/replica.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import type { TeamSync } from '../../replication/sync/team-sync.ts';
import { formatInviteLink } from './invite-link.ts';
import { joinTeam } from './join.ts';
import type { TeamStore } from './store.ts';

export interface TeamParts extends ReplicaParts {
  identity: DeviceIdentity;
  settings: TeamStore;
  documents: DocumentStore;
  current: CurrentTeam;
  sync: TeamSync;
  random: Random;
  announcer: Announcer<TeamState>;
}

const onlineLimitMs = 5000;

/** Who works together, and how this device is connected to them. */
export class TeamService {
  readonly announcer: Announcer<TeamState>;
  readonly #parts: TeamParts;
  #announced = '';
  #joining = false;

  constructor(parts: TeamParts) {
    this.#parts = parts;
    this.announcer = parts.announcer;
    parts.current.onEntries(() => this.#announce());
    parts.current.onSwitch(() => this.#announce());
    parts.sync.onChange(() => this.#announce());
    const { serverUrl, paused } = parts.settings.read();
    parts.sync.configure({ serverUrl, paused });
  }

  state(): TeamState {
    const { current, sync, identity } = this.#parts;
    const { name, members } = current.replica.registry.membership;
    const { device } = identity.keys;
    return { teamId: current.teamId, name, device, me: this.#me, members, sync: sync.status() };
  }

  get mayWrite(): boolean {
    const { role, active } = this.#me;
    return active && role !== 'viewer';
  }

  /** Who signs what is written here into shared documents. Throws FORBIDDEN for who may only read. */
  author(): { device: string; name: string } {
    const { device, name, active } = this.#me;
    if (this.mayWrite) return { device, name };
    throw new BenchmateError(
      'FORBIDDEN',
      active ? 'As viewer you may read and not write.' : 'This device was removed from the team.',
      'Ask an owner of the team.',
    );
  }

  async rename(names: { member?: string | undefined; team?: string | undefined }): Promise<TeamState> {
    const { deviceName } = this.#parts.identity;
    if (names.member !== undefined)
      await this.#state({ kind: 'member.renamed', member: { name: names.member, deviceName } });
    if (names.team !== undefined) await this.#state({ kind: 'team.renamed', team: names.team });
    return this.state();
  }

  async connect(url: string | null): Promise<TeamState> {
    const { current, documents, settings, store, sync } = this.#parts;
    const serverUrl = url && checkedServerUrl(url);
    const { replica, teamId } = current;
    const { serverUrl: before } = sync.settings;
    if (serverUrl !== before) {
      await store.write(() => {
        settings.set({ teamId, serverUrl, paused: false });
        // Another server has nothing yet, as far as is known: everything waits to be shared with it.
        if (serverUrl !== null) documents.markAllUnshared(teamId);
      });
      if (serverUrl !== null) await replica.setShared({});
    }
    sync.configure({ serverUrl, paused: false });
    return this.state();
  }

  async invite(role: Role, expiresInHours: number): Promise<{ link: string; expiresAt: string }> {
    const { clock, random, sync, current } = this.#parts;
    await sync.untilOnline(onlineLimitMs);
    const server = sync.settings.serverUrl!;
    const seed = random(32);
    const inviteId = newId(random);
    const expiresAt = new Date(clock.now() + expiresInHours * 3_600_000).toISOString();
    const key = deviceKeys(seed).device;
    await this.#state({ kind: 'invite.created', inviteId, key, role, expiresAt });
    await sync.untilShared(onlineLimitMs);
    const link = formatInviteLink({ server, team: current.teamId, inviteId, secret: toBase64Url(seed) });
    return { link, expiresAt };
  }

  async join(link: string, name: string): Promise<TeamState> {
    if (this.#joining)
      throw new BenchmateError('CONFLICT', 'This device is joining a team already.', 'Wait until that is done.');
    this.#joining = true;
    try {
      const { current, settings, sync } = this.#parts;
      const joined = await joinTeam(this.#parts, link, name);
      const { teamId } = joined.replica;
      const serverUrl = joined.link.server;
      await settings.write({ teamId, serverUrl, paused: false });
      current.switchTo(joined.replica);
      sync.configure({ serverUrl, paused: false });
      return this.state();
    } finally {
      this.#joining = false;
    }
  }

  async removeMember(device: string): Promise<TeamState> {
    await this.#state({ kind: 'member.removed', device });
    return this.state();
  }

  async setPaused(paused: boolean): Promise<TeamState> {
    const { current, settings, sync } = this.#parts;
    const { serverUrl } = sync.settings;
    await settings.write({ teamId: current.teamId, serverUrl, paused });
    sync.configure({ serverUrl, paused });
    return this.state();
  }

  get #me(): Member {
    const { current, identity } = this.#parts;
    const me = current.replica.registry.membership.members.find(({ device }) => device === identity.keys.device);
    if (!me) throw new BenchmateError('INTERNAL', 'This device is not in its own team.', 'Join a team by an invite.');
    return me;
  }

  async #state(fact: Fact): Promise<void> {
    await stateFact(this.#parts.current.replica, this.#parts.clock, () => fact);
  }

  #announce(): void {
    const state = this.state();
    const text = JSON.stringify(state);
    if (text === this.#announced) return;
    this.#announced = text;
    this.announcer.announce(state);
  }
}

function checkedServerUrl(url: string): string {
  const { protocol, href, username, search, hash } = new URL(url);
  if ((protocol !== 'http:' && protocol !== 'https:') || username || search || hash)
    throw new BenchmateError(
      'BAD_REQUEST',
      `${url} is not the address of a sync server.`,
      'Give its http:// or https:// address alone, as the server prints it.',
    );
  return href.replace(/\/+$/, '');
}
