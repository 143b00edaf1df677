import { expect, test } from 'vitest';
import type { Fact } from './entry.ts';
import { held } from './entry-hash.ts';
import { explain } from './explain.ts';
import { GrowingRegistry } from './growing-registry.ts';
import { keyIdOf } from './project-keys.ts';
import { SimulatedDevice, seedOf } from './simulated-device.ts';

type Kind = 'encryption.begun' | 'encryption.rekeyed' | 'encryption.shared';
const key = (kind: Kind, number: number, to: SimulatedDevice): Fact => ({
  kind,
  project: 'churn',
  keyId: keyIdOf(seedOf(number)),
  wrapped: { [to.device]: `key ${number}` },
});
const keyIds = (device: SimulatedDevice) => device.registry().keysOf('churn')?.keyIds ?? null;
function refusal(device: SimulatedDevice, fact: Fact) {
  const { hash } = device.state(fact);
  return device.registry().refusalOf(hash);
}

function team() {
  const ana = SimulatedDevice.founder('Ana', 1);
  const max = ana.welcome('Max', 2, 'maintainer');
  const con = ana.welcome('Con', 3, 'contributor');
  const vera = ana.welcome('Vera', 4, 'viewer');
  for (const device of [max, con, vera]) device.syncWith(ana);
  return { ana, max, con, vera };
}

test('K1 a maintainer begins encryption of a project, once; of others nothing is said', () => {
  const { ana, max, con } = team();
  expect(keyIds(ana)).toBeNull();
  expect(refusal(con, key('encryption.begun', 1, con))?.code).toBe('FORBIDDEN');
  expect(refusal(max, key('encryption.begun', 2, max))).toBeUndefined();
  expect(refusal(max, key('encryption.begun', 3, max))?.code).toBe('ALREADY_EXISTS');
  expect(keyIds(max)).toEqual([keyIdOf(seedOf(2))]);
  expect(max.registry().encryptedProjects()).toEqual(['churn']);
  expect(max.registry().keysOf('other')).toBeNull();
});

test('K1 R0 two that began it apart both count, in the same order for everybody and in any order of arrival', () => {
  const { ana, max, con } = team();
  ana.state(key('encryption.begun', 1, ana));
  max.state(key('encryption.begun', 2, max));
  ana.syncWith(max);
  expect(keyIds(ana)).toHaveLength(2);
  con.syncWith(ana);
  con.state(key('encryption.rekeyed', 3, con));
  ana.syncWith(con);
  expect(keyIds(ana)).toEqual(keyIds(con));
  expect(keyIds(ana)!.at(-1)).toBe(keyIdOf(seedOf(3)));
  for (const first of [ana, max, con]) {
    const growing = new GrowingRegistry();
    const entries = ana.feeds.entriesAfter({});
    const own = entries.filter(({ author }) => author === first.device);
    for (const some of [own, entries.filter(entry => !own.includes(entry))]) {
      growing.add(some.map(held));
      growing.catchUp();
    }
    expect(growing.registry.keysOf('churn')!.keyIds).toEqual(keyIds(ana));
  }
});

test('K3 every member gives on what was made, writers make the next; each is one sentence', () => {
  const { ana, max, con, vera } = team();
  max.state(key('encryption.begun', 1, max));
  for (const device of [con, vera]) device.syncWith(max);
  expect(refusal(vera, key('encryption.rekeyed', 2, vera))?.code).toBe('FORBIDDEN');
  expect(refusal(con, key('encryption.rekeyed', 2, con))).toBeUndefined();
  expect(refusal(vera, key('encryption.shared', 9, ana))?.code).toBe('NOT_FOUND');
  expect(refusal(vera, key('encryption.shared', 1, ana))).toBeUndefined();
  expect(refusal(ana, key('encryption.shared', 1, ana))?.code).toBe('NOT_FOUND'); // has not heard of it
  con.syncWith(vera);
  expect(keyIds(con)).toEqual([1, 2].map(number => keyIdOf(seedOf(number))));
  const holders = con
    .registry()
    .keysOf('churn')!
    .holders(keyIdOf(seedOf(1)));
  expect(new Set(holders.keys())).toEqual(new Set([max.device, ana.device]));
  expect(explain(con.registry()).map(({ sentence }) => sentence)).toEqual(
    expect.arrayContaining([
      'Max had the notes and comments of churn encrypted.',
      'Con made a new key for the notes and comments of churn.',
      'Vera gave the key for the notes and comments of churn to Ana.',
    ]),
  );
});
