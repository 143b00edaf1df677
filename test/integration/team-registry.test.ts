import { afterAll, beforeAll, expect, test } from 'vitest';
import { allShared, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

let bench: TeamBench;
let ana: Device;
let ben: Device;
let mallory: Device;

beforeAll(async () => {
  bench = await openTeamBench();
  [ana, ben, mallory] = await Promise.all([bench.device('Ana'), bench.device('Ben'), bench.device('Mallory')]);
  await ana.client.team.connect.mutate({ serverUrl: bench.serverUrl });
  for (const [device, name, role] of [
    [ben, 'Ben', 'maintainer'],
    [mallory, 'Mallory', 'maintainer'],
  ] as const) {
    const { link } = await ana.client.team.invite.mutate({ role });
    await device.client.team.join.mutate({ link, name });
  }
});
afterAll(() => bench?.close());

const register = (device: Device, model: string) =>
  device.client.registry.register.mutate({ model, runId: null, source: `runs:/${'a'.repeat(32)}/model` });
const alias = async (device: Device, model: string) => {
  const { aliases, versions } = await device.client.registry.get.query({ model });
  const champion = aliases.find(each => each.alias === 'champion');
  const number = (versionId: string | null) => versions.find(each => each.versionId === versionId)?.version ?? null;
  return {
    holder: number(champion?.holder ?? null),
    contested: champion?.contested ?? false,
    claims: champion?.claims.map(claim => number(claim.versionId)).toSorted() ?? [],
  };
};

test('F1: a promotion waits for somebody else’s approval, and the refusal says whose', async () => {
  await ana.client.registry.setPolicy.mutate({ alias: 'champion', approvals: 1 });
  await register(ana, 'churn');
  const promote = () => ana.client.registry.promote.mutate({ model: 'churn', version: 1, alias: 'champion' });
  await expect(promote()).rejects.toMatchObject({
    code: 'NEEDS_APPROVAL',
    message: 'champion needs 1 approval by someone else; v1 has none.',
    nextStep: 'Ask a reviewer: Ben, Mallory.',
  });
  await expect(ana.client.registry.approve.mutate({ model: 'churn', version: 1 })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });

  await until(() => ben.client.registry.get.query({ model: 'churn' }));
  await ben.client.registry.approve.mutate({ model: 'churn', version: 1, comment: 'Looks good.' });
  await until(
    async () => (await ana.client.registry.get.query({ model: 'churn' })).versions[0]?.approvals.length === 1,
  );
  await promote();
  await until(async () => (await alias(ben, 'churn')).holder === 1);
  const history = await ben.client.registry.history.query({ model: 'churn' });
  expect(history.map(({ sentence }) => sentence)).toContain('Ben approved churn v1: “Looks good.”');
});

test('F3: two promotions made apart are contested on both sides until somebody resolves it', async () => {
  await register(ana, 'fraud');
  await ana.client.registry.promote.mutate({ model: 'fraud', version: 1, alias: 'serving' });
  await ana.client.registry.setPolicy.mutate({ alias: 'champion', approvals: 0 });
  await ana.client.registry.promote.mutate({ model: 'fraud', version: 1, alias: 'champion' });
  await register(ana, 'fraud');
  await register(ana, 'fraud');
  await until(async () => (await ben.client.registry.get.query({ model: 'fraud' })).versions.length === 3);
  for (const { client } of [ana, ben]) await client.team.setPaused.mutate({ paused: true });
  await ana.client.registry.promote.mutate({ model: 'fraud', version: 2, alias: 'champion' });
  await ben.client.registry.promote.mutate({ model: 'fraud', version: 3, alias: 'champion' });
  expect([(await alias(ana, 'fraud')).holder, (await alias(ben, 'fraud')).holder]).toEqual([2, 3]);
  for (const { client } of [ana, ben]) await client.team.setPaused.mutate({ paused: false });

  for (const device of [ana, ben]) await until(async () => (await alias(device, 'fraud')).contested);
  for (const device of [ana, ben])
    expect(await alias(device, 'fraud')).toEqual({ holder: 1, contested: true, claims: [2, 3] });
  await expect(
    ana.client.registry.promote.mutate({ model: 'fraud', version: 2, alias: 'champion' }),
  ).rejects.toMatchObject({ code: 'CONTESTED' });

  await ben.client.registry.resolve.mutate({ model: 'fraud', version: 2, alias: 'champion', reason: 'Better recall.' });
  for (const device of [ana, ben])
    await until(async () => {
      const { holder, contested } = await alias(device, 'fraud');
      return holder === 2 && !contested;
    });
});

test('F2 F3: what a removed member states afterwards changes nothing for the others', async () => {
  const before = await mallory.client.team.state.query();
  await mallory.client.team.setPaused.mutate({ paused: true });
  await ana.client.team.removeMember.mutate({ device: before.device });
  await until(async () => (await ben.client.team.state.query()).members.some(({ active }) => !active));
  // Cut off, Mallory does not know yet and states facts in good or bad faith.
  await register(mallory, 'backdoor');
  await mallory.client.registry.promote.mutate({ model: 'fraud', version: 3, alias: 'champion' });
  await mallory.client.team.setPaused.mutate({ paused: false });
  await until(async () => (await mallory.client.team.state.query()).sync.state === 'refused');

  await ana.client.registry.setPolicy.mutate({ alias: 'marker', approvals: 2 });
  await until(async () => (await ben.client.registry.policies.query())['marker'] === 2);
  for (const device of [ana, ben]) {
    await allShared(device);
    expect((await device.client.registry.list.query()).map(({ name }) => name)).toEqual(['churn', 'fraud']);
    expect(await alias(device, 'fraud')).toMatchObject({ holder: 2, contested: false });
  }

  // Invited again, Mallory counts from then on; what was stated in between still does not.
  const { link } = await ana.client.team.invite.mutate({ role: 'contributor' });
  await mallory.client.team.join.mutate({ link, name: 'Mallory' });
  await register(mallory, 'honest');
  await allShared(mallory);
  const expected = ['churn', 'fraud', 'honest'];
  for (const { client } of [ana, ben, mallory])
    await until(async () => {
      const names = (await client.registry.list.query()).map(({ name }) => name);
      return JSON.stringify(names) === JSON.stringify(expected);
    });
});
