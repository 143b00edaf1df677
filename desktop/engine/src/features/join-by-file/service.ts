import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Role } from '@benchmate/shared/domain/team';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { deviceKeys, joinProof } from '@benchmate/shared/facts/keys';
import type { TeamState } from '@benchmate/shared/protocol/team';
import type { Random } from '../../host/clock.ts';
import type { DeviceIdentity } from '../../host/identity.ts';
import { newId } from '../../host/new-id.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { FeedReplica, type ReplicaParts } from '../../replication/feeds/replica.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import { listFolder } from '../../replication/folder/listing.ts';
import { teamFolderName } from '../../replication/folder/names.ts';
import type { TeamFolder } from '../../replication/folder/team-folder.ts';
import type { TeamSync } from '../../replication/sync/team-sync.ts';
import { keyLock, passphraseLock, type Lock } from '../bundles/lock.ts';
import { takeIn } from '../bundles/take-in.ts';
import type { TeamStore } from '../team/store.ts';
import { formatFileInvite, parseFileInvite } from './link.ts';

export interface JoinByFileParts extends ReplicaParts {
  identity: DeviceIdentity;
  settings: TeamStore;
  current: CurrentTeam;
  sync: TeamSync;
  folder: TeamFolder;
  hub: DocumentHub;
  random: Random;
  state: () => TeamState;
}

interface JoinRequest {
  link: string;
  name: string;
  from: string;
  passphrase: string | null;
}

/** Invites whose facts travel by file, both ways. */
export class JoinByFileService {
  readonly #parts: JoinByFileParts;

  constructor(parts: JoinByFileParts) {
    this.#parts = parts;
  }

  async invite({ role, expiresInHours }: { role: Role; expiresInHours: number }) {
    const { clock, random, current } = this.#parts;
    const inviteId = newId(random);
    const keys = deviceKeys(random(32));
    const expiresAt = new Date(clock.now() + expiresInHours * 3_600_000).toISOString();
    await stateFact(current.replica, clock, () => ({
      kind: 'invite.created',
      inviteId,
      key: keys.device,
      role,
      expiresAt,
    }));
    return { link: formatFileInvite({ team: current.teamId, inviteId, keys }), expiresAt };
  }

  async join({ link, name, from, passphrase }: JoinRequest, signal: AbortSignal): Promise<TeamState> {
    const { current, clock, identity, settings, sync, folder, state } = this.#parts;
    const { team, inviteId, keys: inviteKeys } = parseFileInvite(link);
    const { device } = identity.keys;
    // Who was removed comes back with the feed that is open already: two replicas of one feed would write over each other.
    const replica = team === current.teamId ? current.replica : await FeedReplica.open(team, this.#parts);
    const isFolder = await stat(from).then(
      found => found.isDirectory(),
      () => false,
    );
    if (isFolder) await this.#readFolder(replica, { from, passphrase, signal });
    else await this.#read(replica, from, passphrase === null ? null : passphraseLock(passphrase), signal);
    const { membership } = replica.registry;
    if (membership.teamId !== team) throw lacking(`The team of this invite is not in ${from}.`);
    const isMember = () =>
      replica.registry.membership.members.some(member => member.active && member.device === device);
    if (isMember() && replica === current.replica)
      throw new BenchmateError(
        'ALREADY_EXISTS',
        'This device is in that team already.',
        'Give the link to someone else.',
      );
    if (!isMember()) {
      if (!membership.invites.some(invite => invite.inviteId === inviteId))
        throw lacking(`The invite is not in ${from} yet.`);
      const proof = joinProof(inviteKeys, team, device);
      const member = { name, deviceName: identity.deviceName };
      await stateFact(replica, clock, () => ({ kind: 'member.added', inviteId, proof, member }));
    }
    if (replica !== current.replica) {
      const alone = { serverUrl: null, paused: false };
      await settings.write({ teamId: team, ...alone });
      current.switchTo(replica);
      sync.configure(alone);
    }
    if (isFolder) await folder.use(from, passphrase);
    return state();
  }

  /** As long as one file brings what another one misses. */
  async #readFolder(
    replica: FeedReplica,
    { from, passphrase, signal }: Omit<JoinRequest, 'link' | 'name'> & { signal: AbortSignal },
  ) {
    const { teamId } = replica;
    const { folderKey } = await import('../../replication/folder/folder-key.ts');
    const lock = passphrase === null ? null : keyLock(await folderKey(passphrase, teamId));
    const files = await listFolder(join(from, teamFolderName(teamId)));
    for (let progressed = true; progressed;) {
      progressed = false;
      for (const { path } of files) {
        try {
          if ((await this.#read(replica, path, lock, signal)) > 0) progressed = true;
        } catch (error) {
          // A file that is half copied may be one that is not needed: what is lacking is said in the end.
          if (!(error instanceof BenchmateError) || error.code !== 'BAD_REQUEST') throw error;
        }
      }
    }
  }

  async #read(replica: FeedReplica, file: string, lock: Lock | null, signal: AbortSignal): Promise<number> {
    const { hub } = this.#parts;
    const { imported } = await takeIn({ file, lock, signal }, { replica, hub }, { signal, tell: () => {} });
    return imported.entries;
  }
}

const lacking = (message: string) =>
  new BenchmateError(
    'NOT_FOUND',
    message,
    'Ask whoever invited you for a bundle that was exported after the invite, or wait until the folder is copied.',
  );
