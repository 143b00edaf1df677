import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { KeyPlace, Member, OpenInvite, Role } from '@benchmate/shared/domain/team';
import { projectOfDocument } from '@benchmate/shared/documents/document-id';
import type { Fact } from '@benchmate/shared/facts/entry';
import { deviceKeys, toBase64Url } from '@benchmate/shared/facts/keys';
import { formatRecoveryKey, recoveryKeys } from '@benchmate/shared/facts/recovery-key';
import { refusal, type Refusal } from '@benchmate/shared/facts/refusal';
import { heldBy, lacksRight } from '@benchmate/shared/facts/rights';
import type { TeamState } from '@benchmate/shared/protocol/team';
import type { Announcer } from '../../host/announcer.ts';
import type { Random } from '../../host/clock.ts';
import { newId } from '../../host/new-id.ts';
import type { DeviceIdentity } from '../../host/identity.ts';
import type { DocumentKeeper } from '../../replication/documents/store.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { ReplicaParts } from '../../replication/feeds/replica.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import { signOutAt } from '../../replication/sync/access.ts';
import type { TeamSync } from '../../replication/sync/team-sync.ts';
import { checkedServerUrl, sayServer } from './server-address.ts';
import type { SpokenCodes } from './spoken/spoken-codes.ts';
import { formatInviteLink } from './invite-link.ts';
import { joinTeam } from './join.ts';
import type { EnteredTeam } from './enter.ts';
import { recoverTeam } from './recover.ts';
import type { TeamStore } from './store.ts';

export interface TeamParts extends ReplicaParts {
  identity: DeviceIdentity;
  settings: Pick<TeamStore, keyof TeamStore>;
  documents: DocumentKeeper;
  current: CurrentTeam;
  sync: TeamSync;
  random: Random;
  announcer: Announcer<TeamState>;
  /** What reads invites aloud. `isOpen`: whether an invite waits for somebody. */
  spoken: (isOpen: (inviteId: string) => boolean) => Pick<SpokenCodes, keyof SpokenCodes>;
}

interface Invitation {
  link: string;
  inviteId: string;
  expiresAt: string;
  spoken: string | null;
}

interface InviteRequest {
  role: Role;
  as: 'member' | 'device';
  spoken: boolean;
  expiresInHours?: number | undefined;
}

const onlineLimitMs = 5000;

/** Who works together, and how this device is connected to them. */
export class TeamService {
  readonly announcer: Announcer<TeamState>;
  readonly #parts: TeamParts;
  #announced = '';
  #joining = false;
  readonly #spoken: Pick<SpokenCodes, keyof SpokenCodes>;

  constructor(parts: TeamParts) {
    this.#parts = parts;
    this.announcer = parts.announcer;
    parts.current.onEntries(() => this.#announce());
    parts.current.onSwitch(() => this.#announce());
    parts.sync.onChange(() => this.#announce());
    const { serverUrl, paused } = parts.settings.read();
    parts.sync.configure({ serverUrl, paused });
    const isOpen = (wanted: string) => this.#openInvites().some(({ inviteId }) => inviteId === wanted);
    this.#spoken = parts.spoken(isOpen);
  }

  state(): TeamState {
    const { current, sync, identity } = this.#parts;
    const { name, members, recoveryKeys } = current.replica.registry.membership;
    const { device } = identity.keys;
    const me = this.#me;
    const hasRecoveryKey = recoveryKeys.some(({ person }) => person === me.person);
    const invites = this.#openInvites();
    return { teamId: current.teamId, name, device, me, members, invites, hasRecoveryKey, sync: sync.status() };
  }

  /** Whether this device may write into a shared document, which may belong to a project. */
  mayWrite(documentId: string): boolean {
    return this.#refusedWriting(projectOfDocument(documentId)) === null;
  }

  /** Who signs what is written here into shared documents. Throws FORBIDDEN for who may only read. */
  author(project: string | null = null): { device: string; name: string } {
    const { device, name, role } = this.#me;
    const problem = this.#refusedWriting(project);
    if (problem) throw new BenchmateError(problem.code, problem.message, problem.nextStep);
    // In the text itself, so that every editor shows it.
    return { device, name: role === 'agent' ? `${name} (agent)` : name };
  }

  #refusedWriting(project: string | null): Refusal | null {
    const me = this.#me;
    if (!me.active) {
      const was = this.#members.some(({ device }) => device === me.device);
      const what = was
        ? 'This device was removed from the team.'
        : 'This device is no member of the team: it only looks in.';
      return refusal('FORBIDDEN', what, 'Ask an owner for a new invite.');
    }
    return lacksRight('documents.write', heldBy(me, this.#members), project);
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

  async invite({ role, as, spoken, expiresInHours = spoken ? 1 : 72 }: InviteRequest): Promise<Invitation> {
    const { clock, random, sync, current } = this.#parts;
    await sync.untilOnline(onlineLimitMs);
    const server = sync.settings.serverUrl!;
    const seed = random(32);
    const inviteId = newId(random);
    const expiresAt = new Date(clock.now() + expiresInHours * 3_600_000).toISOString();
    const key = deviceKeys(seed).device;
    const invite = { inviteId, key, expiresAt };
    if (as === 'device') await this.#state({ kind: 'device.invited', as, ...invite });
    else if (role === 'agent') await this.#state({ kind: 'device.invited', as: role, ...invite });
    else await this.#state({ kind: 'invite.created', role, ...invite });
    await sync.untilShared(onlineLimitMs);
    const secret = toBase64Url(seed);
    const link = formatInviteLink({ server, team: current.teamId, inviteId, secret });
    if (!spoken) return { link, inviteId, expiresAt, spoken: null };
    const offer = { serverUrl: server, team: current.teamId, inviteId, invite: deviceKeys(seed) };
    const code = await this.#spoken.offer(offer);
    return { link: '', inviteId, expiresAt, spoken: `${sayServer(server)} ${code}` };
  }

  /** Whether somebody may still come who was told a code: the engine has to be there then. */
  get isAwaited(): boolean {
    return this.#spoken.isWaiting;
  }

  stop(): void {
    this.#spoken.close();
  }

  async withdrawInvite(inviteId: string): Promise<TeamState> {
    const { sync } = this.#parts;
    await this.#state({ kind: 'invite.withdrawn', inviteId });
    // Stated it is, also where the server does not answer: the state says that it is not shared yet.
    if (sync.status().state === 'online') await sync.untilShared(onlineLimitMs).catch(() => {});
    return this.state();
  }

  join(link: string, name: string): Promise<TeamState> {
    return this.#enter(() => joinTeam(this.#parts, link, name));
  }

  /** Comes back with a recovery key; the owner's other devices are revoked. */
  recover({ serverUrl, key, name }: { serverUrl: string; key: string; name: string }): Promise<TeamState> {
    return this.#enter(() => recoverTeam(this.#parts, { serverUrl: checkedServerUrl(serverUrl), key, name }));
  }

  async #enter(entering: () => Promise<EnteredTeam>): Promise<TeamState> {
    if (this.#joining)
      throw new BenchmateError('CONFLICT', 'This device is joining a team already.', 'Wait until that is done.');
    this.#joining = true;
    try {
      const { current, settings, sync } = this.#parts;
      const { replica, serverUrl } = await entering();
      const { teamId } = replica;
      await settings.write({ teamId, serverUrl, paused: false });
      current.switchTo(replica);
      sync.configure({ serverUrl, paused: false });
      return this.state();
    } finally {
      this.#joining = false;
    }
  }

  /** With the last device of a person the person goes, and with the person the agents. */
  async removeMember(device: string): Promise<TeamState> {
    await stateFact(this.#parts.current.replica, this.#parts.clock, ({ membership: { members } }) => {
      const person = members.find(member => member.device === device)?.person;
      const isLast = members.filter(member => member.active && member.person === person).length === 1;
      return person !== undefined && isLast ? { kind: 'person.removed', person } : { kind: 'member.removed', device };
    });
    return this.state();
  }

  async removePerson(person: string): Promise<TeamState> {
    await this.#state({ kind: 'person.removed', person });
    return this.state();
  }

  async setRole({ person, role, project }: Omit<Extract<Fact, { kind: 'role.set' }>, 'kind'>): Promise<TeamState> {
    await this.#state({ kind: 'role.set', person, role, project });
    return this.state();
  }

  /** Its public half becomes a fact; the key itself is told once and kept nowhere. */
  async createRecoveryKey(): Promise<{ key: string }> {
    const { random, current, sync } = this.#parts;
    const secret = random(16);
    await this.#state({ kind: 'recovery.set', key: recoveryKeys(secret).device });
    // A key that the server does not know yet would help nobody.
    if (sync.settings.serverUrl !== null && !sync.settings.paused) await sync.untilShared(onlineLimitMs);
    return { key: formatRecoveryKey(current.teamId, secret) };
  }

  deviceKey(): { keptIn: KeyPlace } {
    return { keptIn: this.#parts.identity.keptIn };
  }

  async keepKey(place: KeyPlace): Promise<{ keptIn: KeyPlace }> {
    await this.#parts.identity.keepIn(place);
    return this.deviceKey();
  }

  async signOut(): Promise<TeamState> {
    const { current, sync } = this.#parts;
    const { serverUrl } = sync.settings;
    if (serverUrl === null)
      throw new BenchmateError('OFFLINE', 'No sync server is chosen.', 'There is nothing to sign out of.');
    await signOutAt(serverUrl, current.replica.keys);
    sync.configure(sync.settings); // it says at once that somebody has to sign in
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
    const { identity } = this.#parts;
    const { device } = identity.keys;
    return this.#members.find(member => member.device === device) ?? nobody(identity);
  }

  #openInvites(): OpenInvite[] {
    const { clock, current } = this.#parts;
    return current.replica.registry.membership.invites
      .filter(({ usedBy, ended, expiresAt }) => usedBy === null && !ended && Date.parse(expiresAt) > clock.now())
      .map(({ inviteId, role, as, invitedBy, expiresAt }) => ({ inviteId, role, as, invitedBy, expiresAt }));
  }

  get #members(): readonly Member[] {
    return this.#parts.current.replica.registry.membership.members;
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

/** No member: a guest who looks at a snapshot, and who joined by an invite that had been withdrawn, which came to be known here later. */
const nobody = ({ keys: { device }, deviceName }: DeviceIdentity): Member => ({
  device,
  name: deviceName,
  deviceName,
  person: device,
  role: 'viewer',
  projects: {},
  agentOf: null,
  active: false,
  since: new Date(0).toISOString(),
});
