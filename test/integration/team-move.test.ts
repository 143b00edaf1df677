import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allShared, formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

const projectId = 'move-0a1b2c3d';
let bench: TeamBench;
let ana: Device;
let ben: Device;

beforeAll(async () => {
  bench = await openTeamBench();
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
});
afterAll(() => bench?.close());

test('alone nothing waits; with a server it is a team; what was written before comes along', async () => {
  await openProject(ana, join(bench.dir, 'project'), projectId);
  await ana.client.notes.create.mutate({ projectId, title: 'before', body: 'written alone' });
  expect((await ana.client.team.state.query()).sync).toMatchObject({ state: 'off', unshared: 0 });
  await expect(ana.client.team.invite.mutate({})).rejects.toMatchObject({ code: 'OFFLINE' });

  await formTeam(bench, [ana, ben]);
  await until(async () => (await ben.client.notes.list.query({}))[0]?.body === 'written alone');
});

test('S5: a team moves to another server with all that it has', async () => {
  await ana.client.registry.register.mutate({ model: 'moved', runId: null, source: 'runs:/x/model' });
  await allShared(ana);
  const serverUrl = await bench.otherServer();
  const { sync } = await ana.client.team.connect.mutate({ serverUrl });
  expect(sync.unshared).toBeGreaterThan(3);
  await allShared(ana);
  await bench.killServer();
  const cleo = await bench.device('Cleo');
  const { link } = await ana.client.team.invite.mutate({ role: 'reviewer' });
  await cleo.client.team.join.mutate({ link, name: 'Cleo' });
  await until(async () => (await cleo.client.notes.list.query({}))[0]?.body === 'written alone');
  expect((await cleo.client.registry.list.query()).map(({ name }) => name)).toEqual(['moved']);
  expect((await cleo.client.team.state.query()).members.map(({ name }) => name)).toEqual(['Ana', 'Ben', 'Cleo']);
});

test('a project of one’s own joins along, and the former team’s notes stay behind', async () => {
  const dan = await bench.device('Dan');
  await openProject(dan, join(bench.dir, 'dans'), 'dans-0a1b2c3d');
  await dan.client.notes.create.mutate({ projectId: 'dans-0a1b2c3d', title: 'private', body: 'mine' });
  const { link } = await ana.client.team.invite.mutate({ role: 'contributor' });
  await dan.client.team.join.mutate({ link, name: 'Dan' });
  await until(async () => (await ana.client.projects.list.query()).some(each => each.projectId === 'dans-0a1b2c3d'));
  await allShared(dan);
  expect((await ana.client.notes.list.query({})).map(({ title }) => title)).toEqual(['before']);
});
