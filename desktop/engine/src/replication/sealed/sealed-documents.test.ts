import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { noteBody } from '@benchmate/shared/documents/note-document';
import { deviceKeys, joinProof, recoveryProof } from '@benchmate/shared/facts/keys';
import { recoveryKeys } from '@benchmate/shared/facts/recovery-key';
import { foundTeam, openDevice, project, type Device } from './testing-device.ts';
import { unwrapKey } from './wrapped-key.ts';

const name = 'n-1-sealed';
let dir: string;
let devices: Device[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-sealed-'));
  devices = [];
});
afterEach(() => {
  for (const device of devices) device.close();
  rmSync(dir, { recursive: true, force: true });
});

async function team(...names: string[]): Promise<Device[]> {
  const ana = await foundTeam(dir);
  devices.push(ana);
  const others: Device[] = [];
  for (const who of names.slice(1)) others.push(await admit(ana, who));
  return [ana, ...others];
}

async function admit(ana: Device, who: string): Promise<Device> {
  const secret = deviceKeys(randomBytes(32));
  const other = await openDevice({ dir, who, teamId: ana.replica.teamId });
  devices.push(other);
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  await ana.state({ kind: 'invite.created', inviteId: who, key: secret.device, role: 'contributor', expiresAt });
  await bringFacts(ana, other);
  const proof = joinProof(secret, ana.replica.teamId, other.keys.device);
  await other.state({ kind: 'member.added', inviteId: who, proof, member: { name: who, deviceName: 'd' } });
  await bringFacts(other, ana);
  return other;
}

const sealedIdOn = ({ replica }: Device) => documentIds.sealed(replica.teamId, project, name);
const clearIdOn = ({ replica }: Device) => documentIds.clear(replica.teamId, project, name);
const read = (device: Device) => device.hub.read(clearIdOn(device), noteBody);
const type = (device: Device, text: string) =>
  device.hub.change(clearIdOn(device), doc => doc.getText('body').insert(doc.getText('body').length, text));

const bringFacts = (from: Device, to: Device) => to.replica.receive(from.replica.storedAfter(to.replica.stored));
function bringText(from: Device, to: Device): void {
  const update = from.hub.read(sealedIdOn(from), Y.encodeStateAsUpdate);
  const document = to.hub.open(sealedIdOn(to));
  Y.applyUpdate(document.doc, update, {});
  document.release();
}
/** Until everybody has what everybody else has, keys included. */
async function settle(...all: Device[]): Promise<void> {
  for (let round = 0; round < 4; round++) {
    for (const from of all)
      for (const to of all)
        if (from !== to) {
          await bringFacts(from, to);
          bringText(from, to);
        }
    for (const each of all) await each.encryption.tend();
  }
}

test('E1 what one types sealed the other reads, both ways and apart; the sealed document holds none of it', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  await ana.encryption.begin(project);
  await type(ana, 'CANARY one. ');
  await settle(ana, ben);
  expect(read(ben)).toBe('CANARY one. ');
  await Promise.all([type(ana, 'Ana apart. '), type(ben, 'Ben apart. ')]);
  await settle(ana, ben);
  expect(read(ana)).toBe(read(ben));
  expect(read(ana)).toMatch(/Ana apart\./);
  expect(read(ana)).toMatch(/Ben apart\./);
  expect(Buffer.from(ana.hub.read(sealedIdOn(ana), Y.encodeStateAsUpdate)).includes('CANARY')).toBe(false);
  expect(ana.documents.countUnshared(ana.replica.teamId)).toBeGreaterThan(0);
  expect(ana.warnings).toEqual([]);
  const lengthOn = (device: Device) => device.hub.read(sealedIdOn(device), doc => doc.getArray('entries').length);
  const before = lengthOn(ben);
  ben.close();
  const again = await openDevice({ dir, who: 'Ben', teamId: ana.replica.teamId, seed: ben.seed });
  devices = [ana, again];
  expect(read(again)).toBe(read(ana));
  expect(lengthOn(again)).toBe(before); // a start seals nothing anew
});

test('E2 a long history gives way to one sealed state, and a newcomer reads it all', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  await ana.encryption.begin(project);
  await Promise.all(Array.from({ length: 150 }, (_, i) => type(ana, `${i} `)));
  expect(ana.hub.read(sealedIdOn(ana), doc => doc.getArray('entries').length)).toBeLessThanOrEqual(65);
  await settle(ana, ben);
  const cleo = await admit(ana, 'Cleo');
  await settle(ana, ben, cleo);
  expect(read(cleo)).toBe(Array.from({ length: 150 }, (_, i) => `${i} `).join(''));
});

test('E3 without the key there is nothing but the word that it is missing; then the text comes by itself', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  await ana.encryption.begin(project);
  await type(ana, 'before Cleo');
  const cleo = await admit(ana, 'Cleo');
  await bringFacts(ana, cleo);
  bringText(ana, cleo);
  expect(read(cleo)).toBe('');
  expect(cleo.sealed.stateOf(project, name).locked).toBe(true);
  expect(cleo.encryption.state(project).message).toMatch(/waiting for the key from Ana or Ben/);
  expect(() => cleo.ring.need(project)).toThrow(/waiting for the key/);
  await settle(ben, cleo); // not from Ana: any member that has it
  await bringFacts(ana, ben);
  await settle(ben, cleo);
  expect(read(cleo)).toBe('before Cleo');
  expect(cleo.sealed.stateOf(project, name)).toEqual({ locked: false, refused: '' });
});

test('E3 E4 a further device and a recovered owner get the key from who has it; the lost device gets none', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  const { teamId } = ana.replica;
  await ana.encryption.begin(project);
  await type(ana, 'before the loss. ');
  const recovery = recoveryKeys(randomBytes(16));
  await ana.state({ kind: 'recovery.set', key: recovery.device });
  await settle(ana, ben);

  const secret = deviceKeys(randomBytes(32));
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  await ben.state({ kind: 'device.invited', as: 'device', inviteId: 'tablet', key: secret.device, expiresAt });
  const tablet = await openDevice({ dir, who: 'tablet', teamId });
  const again = await openDevice({ dir, who: 'Ana again', teamId });
  devices.push(tablet, again);
  await bringFacts(ben, tablet);
  const proof = joinProof(secret, teamId, tablet.keys.device);
  const member = { name: 'Ben', deviceName: 'tablet' };
  await tablet.state({ kind: 'member.added', inviteId: 'tablet', proof, member });
  await bringFacts(ben, again);
  await again.state({
    kind: 'person.recovered',
    person: ana.keys.device,
    proof: recoveryProof(recovery, teamId, again.keys.device),
    member: { name: 'Ana', deviceName: 'new' },
  });
  await settle(ben, tablet, again);
  await type(again, 'after it.');
  await settle(ben, tablet, again);
  for (const device of [ben, tablet, again]) expect(read(device)).toBe('before the loss. after it.');
  const keys = ben.replica.registry.keysOf(project)!;
  expect([...keys.holders(keys.keyIds.at(-1)!).keys()]).not.toContain(ana.keys.device);
  expect([...keys.holders(keys.keyIds[0]!).keys()]).toContain(again.keys.device);
});

test('E4 who was removed has no key for what is written afterwards', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  await ana.encryption.begin(project);
  await type(ana, 'for both. ');
  await settle(ana, ben);
  await ana.state({ kind: 'person.removed', person: ben.keys.device });
  await type(ana, 'for Ana alone.'); // before the new key is there: it waits for it
  await ana.encryption.tend();
  expect(read(ana)).toBe('for both. for Ana alone.');
  await settle(ana, ben);
  const keys = ana.replica.registry.keysOf(project)!;
  expect(keys.keyIds).toHaveLength(2);
  expect([...keys.holders(keys.keyIds[1]!).keys()]).toEqual([ana.keys.device]);
  expect(read(ben)).toBe('for both. ');
  expect(ben.sealed.stateOf(project, name).locked).toBe(true);
  for (const wrapped of keys.holders(keys.keyIds[1]!).get(ana.keys.device)!)
    expect(await unwrapKey(wrapped, keys.keyIds[1]!, { team: ana.replica.teamId, project, keys: ben.keys })).toBeNull();
});

test('E5 what was changed, replayed elsewhere or made by a stranger is told and never applied', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  await ana.encryption.begin(project);
  await settle(ana, ben);
  await type(ana, 'true');
  const entry = ana.hub.read(sealedIdOn(ana), doc => doc.getArray<Uint8Array>('entries').get(0));
  const changed = [0, 10, 40, 70, 100, 145, entry.length - 1].map(at => {
    const copy = Uint8Array.from(entry);
    copy[at]! ^= 1;
    return copy;
  });
  const forge = (device: Device, id: string, entries: unknown[]) =>
    device.hub.change(id, doc => doc.getArray('entries').push(entries));
  await forge(ben, sealedIdOn(ben), [...changed, 'no bytes', new Uint8Array(3)]);
  expect(read(ben)).toBe('');
  expect(ben.sealed.stateOf(project, name).refused).toMatch(/^8 changes were not taken/);
  const elsewhere = documentIds.sealed(ben.replica.teamId, project, 'n-2-sealed');
  await forge(ben, elsewhere, [entry]);
  expect(ben.hub.read(documentIds.clear(ben.replica.teamId, project, 'n-2-sealed'), noteBody)).toBe('');
  expect(ben.warnings.at(-1)).toMatch(/changed, or belongs elsewhere/);
  await forge(ben, sealedIdOn(ben), [entry, entry]); // what is true twice is true
  expect(read(ben)).toBe('true');
});

test('E6 what was written while there was no key, also before a crash, is sealed when there is one', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  await ana.encryption.begin(project);
  await type(ana, 'first ');
  await bringFacts(ana, ben);
  bringText(ana, ben);
  await type(ben, 'typed too early'); // what no service lets through
  ben.close();
  devices = devices.filter(device => device !== ben);
  const again = await openDevice({ dir, who: 'Ben', teamId: ana.replica.teamId, seed: ben.seed });
  devices.push(again);
  await settle(ana, again);
  expect(read(ana)).toBe(read(again));
  expect(read(ana)).toContain('typed too early');
});
