import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { noteBody } from '@benchmate/shared/documents/note-document';
import type { Fact } from '@benchmate/shared/facts/entry';
import { deviceKeys, joinProof } from '@benchmate/shared/facts/keys';
import { writeEntry } from '@benchmate/shared/facts/write-entry';
import { EncryptionService } from '../../features/encryption/service.ts';
import { Announcer } from '../../host/announcer.ts';
import { systemClock, systemRandom } from '../../host/clock.ts';
import { nativeDeviceKeys } from '../../host/native-keys.ts';
import { openStore } from '../../storage/database.ts';
import { DocumentHub } from '../documents/hub.ts';
import { DocumentStore } from '../documents/store.ts';
import { CurrentTeam } from '../feeds/current-team.ts';
import { FeedReplica } from '../feeds/replica.ts';
import { FeedStore } from '../feeds/store.ts';
import { stateFact } from '../feeds/state-fact.ts';
import { KeyRing } from './key-ring.ts';
import { SealedDocuments } from './sealed-documents.ts';
import { unwrapKey } from './wrapped-key.ts';

const project = 'churn';
const name = 'n-1-sealed';
let dir: string;
let devices: { close: () => void }[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-sealed-'));
  devices = [];
});
afterEach(() => {
  for (const device of devices) device.close();
  rmSync(dir, { recursive: true, force: true });
});

type Device = Awaited<ReturnType<typeof open>>;

/** What an engine has, without its network: `bring` is that. */
async function open(who: string, teamId: string, seed = randomBytes(32)) {
  const keys = nativeDeviceKeys(seed);
  const store = openStore(join(dir, `${who}.db`));
  const documents = new DocumentStore(store);
  const hub = new DocumentHub(store, documents);
  const feeds = new FeedStore(store);
  const replica = await FeedReplica.open(teamId, { store, feeds, keys, clock: systemClock });
  const current = new CurrentTeam(replica);
  const ring = new KeyRing(current);
  const warnings: string[] = [];
  const sealed = new SealedDocuments({ hub, current, ring, random: systemRandom, warn: line => warnings.push(line) });
  const encryption = new EncryptionService({
    current,
    ring,
    clock: systemClock,
    random: systemRandom,
    announcer: new Announcer('e'),
    projects: { list: () => [{ projectId: project }] },
    failed: error => warnings.push(String(error)),
  });
  await encryption.start();
  const clearId = documentIds.clear(teamId, project, name);
  const sealedId = documentIds.sealed(teamId, project, name);
  const device = {
    keys,
    seed,
    store,
    hub,
    replica,
    ring,
    sealed,
    encryption,
    warnings,
    documents,
    sealedId,
    read: () => hub.read(clearId, noteBody),
    type: (text: string) => hub.change(clearId, doc => doc.getText('body').insert(doc.getText('body').length, text)),
    state: (fact: Fact) => stateFact(replica, systemClock, () => fact),
    close: () => {
      encryption.close();
      store.close();
    },
  };
  devices.push(device);
  return device;
}

async function team(...names: string[]): Promise<Device[]> {
  const seed = randomBytes(32);
  const founding = writeEntry({
    keys: nativeDeviceKeys(seed),
    team: '',
    head: null,
    seen: {},
    fact: { kind: 'team.founded', team: 'T', member: { name: 'Ana', deviceName: 'd' }, nonce: 'n' },
    at: new Date().toISOString(),
  });
  const ana = await open('Ana', founding.hash, seed);
  await ana.replica.receive([founding.entry]);
  const others: Device[] = [];
  for (const who of names.slice(1)) others.push(await admit(ana, who));
  return [ana, ...others];
}

async function admit(ana: Device, who: string): Promise<Device> {
  const secret = deviceKeys(randomBytes(32));
  const other = await open(who, ana.replica.teamId);
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  await ana.state({ kind: 'invite.created', inviteId: who, key: secret.device, role: 'contributor', expiresAt });
  await bringFacts(ana, other);
  const proof = joinProof(secret, ana.replica.teamId, other.keys.device);
  await other.state({ kind: 'member.added', inviteId: who, proof, member: { name: who, deviceName: 'd' } });
  await bringFacts(other, ana);
  return other;
}

const bringFacts = (from: Device, to: Device) => to.replica.receive(from.replica.storedAfter(to.replica.stored));
function bringText(from: Device, to: Device): void {
  const update = from.hub.read(from.sealedId, Y.encodeStateAsUpdate);
  const document = to.hub.open(to.sealedId);
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
  await ana.type('CANARY one. ');
  await settle(ana, ben);
  expect(ben.read()).toBe('CANARY one. ');
  await Promise.all([ana.type('Ana apart. '), ben.type('Ben apart. ')]);
  await settle(ana, ben);
  expect(ana.read()).toBe(ben.read());
  expect(ana.read()).toMatch(/Ana apart\./);
  expect(ana.read()).toMatch(/Ben apart\./);
  expect(Buffer.from(ana.hub.read(ana.sealedId, Y.encodeStateAsUpdate)).includes('CANARY')).toBe(false);
  expect(ana.documents.countUnshared(ana.replica.teamId)).toBeGreaterThan(0);
  expect(ana.warnings).toEqual([]);
});

test('E2 a long history gives way to one sealed state, and a newcomer reads it all', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  await ana.encryption.begin(project);
  await Promise.all(Array.from({ length: 150 }, (_, i) => ana.type(`${i} `)));
  expect(ana.hub.read(ana.sealedId, doc => doc.getArray('entries').length)).toBeLessThanOrEqual(65);
  await settle(ana, ben);
  const cleo = await admit(ana, 'Cleo');
  await settle(ana, ben, cleo);
  expect(cleo.read()).toBe(Array.from({ length: 150 }, (_, i) => `${i} `).join(''));
});

test('E3 without the key there is nothing but the word that it is missing; then the text comes by itself', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  await ana.encryption.begin(project);
  await ana.type('before Cleo');
  const cleo = await admit(ana, 'Cleo');
  await bringFacts(ana, cleo);
  bringText(ana, cleo);
  expect(cleo.read()).toBe('');
  expect(cleo.sealed.stateOf(project, name).locked).toBe(true);
  expect(cleo.encryption.state(project).message).toMatch(/waiting for the key from Ana or Ben/);
  expect(() => cleo.ring.need(project)).toThrow(/waiting for the key/);
  await settle(ben, cleo); // not from Ana: any member that has it
  await bringFacts(ana, ben);
  await settle(ben, cleo);
  expect(cleo.read()).toBe('before Cleo');
  expect(cleo.sealed.stateOf(project, name)).toEqual({ locked: false, refused: '' });
});

test('E4 who was removed has no key for what is written afterwards', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  await ana.encryption.begin(project);
  await ana.type('for both. ');
  await settle(ana, ben);
  await ana.state({ kind: 'person.removed', person: ben.keys.device });
  await ana.type('for Ana alone.'); // before the new key is there: it waits for it
  await ana.encryption.tend();
  expect(ana.read()).toBe('for both. for Ana alone.');
  await settle(ana, ben);
  const keys = ana.replica.registry.keysOf(project)!;
  expect(keys.keyIds).toHaveLength(2);
  expect([...keys.holders(keys.keyIds[1]!).keys()]).toEqual([ana.keys.device]);
  expect(ben.read()).toBe('for both. ');
  expect(ben.sealed.stateOf(project, name).locked).toBe(true);
  for (const wrapped of keys.holders(keys.keyIds[1]!).get(ana.keys.device)!)
    expect(await unwrapKey(wrapped, keys.keyIds[1]!, { team: ana.replica.teamId, project, keys: ben.keys })).toBeNull();
});

test('E5 what was changed, replayed elsewhere or made by a stranger is told and never applied', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  await ana.encryption.begin(project);
  await settle(ana, ben);
  await ana.type('true');
  const entry = ana.hub.read(ana.sealedId, doc => doc.getArray<Uint8Array>('entries').get(0));
  const changed = [0, 10, 40, 70, 100, 145, entry.length - 1].map(at => {
    const copy = Uint8Array.from(entry);
    copy[at]! ^= 1;
    return copy;
  });
  const forge = (device: Device, id: string, entries: unknown[]) =>
    device.hub.change(id, doc => doc.getArray('entries').push(entries));
  await forge(ben, ben.sealedId, [...changed, 'no bytes', new Uint8Array(3)]);
  expect(ben.read()).toBe('');
  expect(ben.sealed.stateOf(project, name).refused).toMatch(/^8 changes were not taken/);
  const elsewhere = documentIds.sealed(ben.replica.teamId, project, 'n-2-sealed');
  await forge(ben, elsewhere, [entry]);
  expect(ben.hub.read(documentIds.clear(ben.replica.teamId, project, 'n-2-sealed'), noteBody)).toBe('');
  expect(ben.warnings.at(-1)).toMatch(/changed, or belongs elsewhere/);
  await forge(ben, ben.sealedId, [entry, entry]); // what is true twice is true
  expect(ben.read()).toBe('true');
});

test('E6 what was written while there was no key, also before a crash, is sealed when there is one', async () => {
  const [ana, ben] = (await team('Ana', 'Ben')) as [Device, Device];
  await ana.encryption.begin(project);
  await ana.type('first ');
  await bringFacts(ana, ben);
  bringText(ana, ben);
  await ben.type('typed too early'); // what no service lets through
  ben.close();
  devices = devices.filter(device => device !== ben);
  const again = await open('Ben', ana.replica.teamId, ben.seed);
  await settle(ana, again);
  expect(ana.read()).toBe(again.read());
  expect(ana.read()).toContain('typed too early');
});
