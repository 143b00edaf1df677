import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EvidencePlace } from '@benchmate/shared/domain/presence';
import { formTeam, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

// Who looks at what (N26): between two engines and a real sync server, each step resting on those before it.
let bench: TeamBench;
let ada: Device;
let mira: Device;
const seen = async (by: Device) => (await by.client.presence.state.query()).present;
const curve = (step: number): EvidencePlace => ({
  title: 'canary-brisk-otter',
  path: '/runs/8f3a',
  metric: 'val_loss',
  step,
  section: null,
  file: null,
});
const look = (place: EvidencePlace | null, surface = 'page') => ada.client.presence.look.mutate({ surface, place });

beforeAll(async () => {
  bench = await openTeamBench();
  ada = await bench.device('Ada');
  mira = await bench.device('Mira');
  await formTeam(bench, [ada, mira]);
});
afterAll(() => bench?.close());

test('a teammate sees at once which curve and step somebody looks at, under the name that the team knows', async () => {
  expect(await seen(mira)).toEqual([]); // an engine alone is nobody who looks
  const heard: number[] = [];
  const following = mira.client.presence.changes.subscribe(undefined, {
    next: ({ present }) => heard.push(present[0]?.place?.step ?? -1),
  });
  for (const step of [10, 250, 3400]) await look(curve(step));
  await until(() => heard.at(-1) === 3400);
  following.unsubscribe();
  expect(await seen(mira)).toMatchObject([{ name: 'Ada', place: curve(3400) }]);
  expect(await seen(ada)).toEqual([]);
});

test('of two windows the one that spoke last counts; closing it leaves the other, closing both leaves nobody', async () => {
  await look({ ...curve(1), title: 'another' }, 'editor');
  await until(async () => (await seen(mira))[0]?.place?.title === 'another');
  await look(null, 'editor');
  await until(async () => (await seen(mira))[0]?.place?.step === 3400);
  await look(null);
  await until(async () => (await seen(mira)).length === 0);
});

test('one switch makes it private, over a restart too, and back', async () => {
  await look(curve(7));
  await until(async () => (await seen(mira)).length === 1);
  expect((await ada.client.presence.setTold.mutate({ told: false })).told).toBe(false);
  await until(async () => (await seen(mira)).length === 0);
  await ada.kill();
  await ada.start();
  await until(async () => (await ada.client.team.state.query()).sync.state === 'online');
  expect((await ada.client.presence.state.query()).told).toBe(false);
  await look(curve(8));
  // Mira's own word, sent later over the same server, has come: Ada's would have, too.
  await mira.client.presence.look.mutate({ surface: 'page', place: curve(9) });
  await until(async () => (await seen(ada))[0]?.place?.step === 9);
  expect(await seen(mira)).toEqual([]);
  await ada.client.presence.setTold.mutate({ told: true });
  await until(async () => (await seen(mira))[0]?.place?.step === 8);
});

test('whose engine dies is gone, and nothing of all this was stored anywhere', async () => {
  await ada.kill();
  await until(async () => (await seen(mira)).length === 0);
  const files = readdirSync(bench.dir, { recursive: true, withFileTypes: true }).filter(file => file.isFile());
  expect(files.length).toBeGreaterThan(4);
  for (const { parentPath, name } of files)
    expect(readFileSync(join(parentPath, name)).includes('canary-brisk-otter'), name).toBe(false);
});

test.each([
  { ...curve(1), path: '//elsewhere.example/runs' },
  { ...curve(1), title: '' },
  { ...curve(1), title: 'x'.repeat(1000) },
])('what is no place is refused: %#', async place => {
  await expect(mira.client.presence.look.mutate({ surface: 'page', place })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
});
