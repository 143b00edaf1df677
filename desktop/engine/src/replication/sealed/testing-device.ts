import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Fact } from '@benchmate/shared/facts/entry';
import { writeEntry } from '@benchmate/shared/facts/write-entry';
import { EncryptionService } from '../../features/encryption/service.ts';
import { Announcer } from '../../host/announcer.ts';
import { endableClock, systemClock, systemRandom } from '../../host/clock.ts';
import { nativeDeviceKeys } from '../../host/native-keys.ts';
import { openStore } from '../../storage/database.ts';
import { DocumentHub } from '../documents/hub.ts';
import { DocumentStore } from '../documents/store.ts';
import { CurrentTeam } from '../feeds/current-team.ts';
import { FeedReplica } from '../feeds/replica.ts';
import { stateFact } from '../feeds/state-fact.ts';
import { FeedStore } from '../feeds/store.ts';
import { KeyRing } from './key-ring.ts';
import { SealedDocuments } from './sealed-documents.ts';

/** The one project of the teams here. */
export const project = 'churn';

export type Device = Awaited<ReturnType<typeof openDevice>>;

/** What an engine has that works with encrypted documents, without a network: tests bring everything themselves. */
export async function openDevice({
  dir,
  who,
  teamId,
  seed = randomBytes(32),
}: {
  dir: string;
  who: string;
  teamId: string;
  seed?: Buffer;
}) {
  const clock = endableClock(systemClock);
  const keys = nativeDeviceKeys(seed);
  const store = openStore(join(dir, `${who}.db`));
  const documents = new DocumentStore(store);
  const hub = new DocumentHub(store, documents);
  const replica = await FeedReplica.open(teamId, { store, feeds: new FeedStore(store), keys, clock });
  const current = new CurrentTeam(replica);
  const ring = new KeyRing(current);
  const warnings: string[] = [];
  const sealed = new SealedDocuments({ hub, current, ring, random: systemRandom, warn: line => warnings.push(line) });
  const encryption = new EncryptionService({
    current,
    ring,
    clock,
    random: systemRandom,
    announcer: new Announcer('e'),
    projects: { list: () => [{ projectId: project }], onChange: () => () => {} },
    failed: error => warnings.push(String(error)),
  });
  await encryption.start();
  return {
    clock,
    keys,
    seed,
    store,
    documents,
    hub,
    replica,
    current,
    ring,
    sealed,
    encryption,
    warnings,
    state: (fact: Fact) => stateFact(replica, clock, () => fact),
    close: () => {
      encryption.close();
      clock.end();
      store.close();
    },
  };
}

/** Ana, the founder of a team of one. */
export async function foundTeam(dir: string): Promise<Device> {
  const seed = randomBytes(32);
  const founding = writeEntry({
    keys: nativeDeviceKeys(seed),
    team: '',
    head: null,
    seen: {},
    fact: { kind: 'team.founded', team: 'T', member: { name: 'Ana', deviceName: 'd' }, nonce: 'n' },
    at: new Date().toISOString(),
  });
  const ana = await openDevice({ dir, who: 'Ana', teamId: founding.hash, seed });
  await ana.replica.receive([founding.entry]);
  return ana;
}
