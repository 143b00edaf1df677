import type { Entry } from '@benchmate/shared/facts/entry';
import type { DeviceKeys } from '@benchmate/shared/facts/keys';
import { joinProof } from '@benchmate/shared/facts/keys';
import { writeEntry } from '@benchmate/shared/facts/write-entry';
import { FolderDevice, testKeys } from './testing-device.ts';

const founder = testKeys(1);
const founding = writeEntry({
  keys: founder,
  team: '',
  head: null,
  seen: {},
  fact: { kind: 'team.founded', team: 'T', member: { name: 'Ana', deviceName: 'd' }, nonce: 'n' },
  at: '2026-01-01T00:00:00.000Z',
});
const team = founding.hash;

/** For tests alone: three members who know each other; nothing of their documents went anywhere yet. */
export async function openFolderTeam(
  dir: string,
  names: readonly [string, string, string],
): Promise<[FolderDevice, FolderDevice, FolderDevice]> {
  const open = (at: 0 | 1 | 2, keys: DeviceKeys) => new FolderDevice({ dir, name: names[at], team, keys }).open();
  const [ana, ben, cleo] = [await open(0, founder), await open(1, testKeys(2)), await open(2, testKeys(3))];
  await ana.replica.receive([founding.entry]);
  for (const [at, other] of [ben, cleo].entries()) {
    const invite = testKeys(100 + at);
    const inviteId = `invite-${at}`;
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await ana.state({ kind: 'invite.created', inviteId, key: invite.device, role: 'maintainer', expiresAt });
    await other.replica.receive(ana.replica.storedAfter({}));
    const proof = joinProof(invite, team, other.keys.device);
    await other.state({ kind: 'member.added', inviteId, proof, member: { name: names[at + 1]!, deviceName: 'd' } });
    await ana.replica.receive(other.replica.storedAfter({}));
  }
  return [ana, ben, cleo];
}

/** For tests alone: what `device` writes next, and what a copy of its data writes in its place, as histories of that many entries. */
export async function twoHistories(
  { dir, device }: { dir: string; device: FolderDevice },
  length: number,
): Promise<{ here: Entry[]; copied: Entry[] }> {
  const copy = await new FolderDevice({ dir, name: `copy of ${device.own}`, team, keys: device.keys }).open();
  await copy.replica.receive(device.replica.storedAfter({}));
  const write = async (one: FolderDevice, name: string) => {
    const before = one.replica.stored;
    for (let number = 1; number <= length; number++)
      await one.state({ kind: 'model.created', model: `${name} ${number}`, description: '' });
    return one.replica.storedAfter(before);
  };
  const histories = { here: await write(device, 'here'), copied: await write(copy, 'copied') };
  copy.store.close();
  return histories;
}

/** Of each second history that a device knows: the number, which entry counts and which does not. */
export const evidenceAt = ({ replica }: FolderDevice): unknown[] =>
  replica.feeds.forks().map(({ seq, held, rival }) => [seq, held?.hash, rival.hash]);

/** A device that knows the team's id and is none of it; `open` it. */
export const strangerTo = (
  device: FolderDevice,
  { dir, name, keys }: { dir: string; name: string; keys: DeviceKeys },
): FolderDevice => new FolderDevice({ dir, name, team: device.team, keys });
