import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allShared, formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

const projectId = 'crash-0a1b2c3d';
const anchor = { quote: 'x', prefix: '', suffix: '', line: 0 };
let bench: TeamBench;
let ana: Device;
let ben: Device;

beforeAll(async () => {
  bench = await openTeamBench();
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
  await formTeam(bench, [ana, ben]);
  await openProject(ana, join(bench.dir, 'project'), projectId);
  await allShared(ana);
  await until(async () => (await ben.client.projects.list.query()).length === 1);
});
afterAll(() => bench?.close());

const titles = async ({ client }: Device) =>
  (await client.notes.list.query({ projectId })).map(({ title, body }) => `${title}:${body}`).toSorted();
const models = async ({ client }: Device) => (await client.registry.list.query()).map(({ name }) => name);

const offline = async ({ client }: Device) => {
  const { sync } = await client.team.state.query();
  return sync.state === 'offline' ? sync : null;
};

test('D1 S1: an engine killed right after its answers keeps them, knows what is not shared, and shares it', async () => {
  await ana.client.team.setPaused.mutate({ paused: true });
  const acknowledged: string[] = [];
  for (let i = 0; i < 5; i++) {
    const { title, body } = await ana.client.notes.create.mutate({ projectId, title: `note ${i}`, body: `body ${i}` });
    acknowledged.push(`${title}:${body}`);
  }
  await ana.client.registry.register.mutate({ model: 'killed', runId: null, source: 'runs:/x/model' });
  await ana.kill();
  await ana.start();
  expect(await titles(ana)).toEqual(acknowledged);
  expect(await models(ana)).toEqual(['killed']);
  const { sync } = await ana.client.team.state.query();
  expect(sync.state).toBe('paused');
  // Five texts, five heads, one fact.
  expect(sync.unshared).toBe(11);
  expect(sync.message).toBe('Sharing is paused: 11 not shared.');

  await ana.client.team.setPaused.mutate({ paused: false });
  await allShared(ana);
  // A note's body is a document of its own: it may come after the title.
  await until(async () => isDeepStrictEqual(await titles(ben), acknowledged));
  await until(async () => (await models(ben)).length === 1);
});

test('D1 D3: an engine killed again and again while it shares loses nothing it acknowledged', async () => {
  const { threadId } = await ana.client.reviews.start.mutate({ projectId, path: 'a.py', anchor, body: 'start' });
  const acknowledged = ['start'];
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 5; i++) {
      const body = `${round}.${i}`;
      await ana.client.reviews.reply.mutate({ threadId, body });
      acknowledged.push(body);
    }
    await ana.kill();
    await ana.start();
  }
  await allShared(ana);
  const bodies = await until(async () => {
    const [thread] = await ben.client.reviews.threads.query({ projectId, path: 'a.py' });
    return thread && thread.comments.length >= acknowledged.length ? thread.comments.map(({ body }) => body) : null;
  });
  expect(bodies).toEqual(acknowledged);
});

test('S4 S7: a sync server killed and started again: offline is said, then everything converges and nothing waits', async () => {
  await bench.killServer();
  await until(() => offline(ana));
  await until(() => offline(ben));
  await ana.client.notes.create.mutate({ projectId, title: 'from Ana', body: 'offline' });
  await ben.client.notes.create.mutate({ projectId, title: 'from Ben', body: 'offline' });
  await ben.client.registry.register.mutate({ model: 'offline', runId: null, source: 'runs:/x/model' });
  const { unshared, message } = await until(() => offline(ana));
  expect(unshared).toBe(2);
  expect(message).toMatch(/^2 not shared since \d\d:\d\d\.$/);

  await bench.startServer();
  for (const device of [ana, ben]) await allShared(device);
  await until(async () => (await titles(ana)).length === 7 && (await titles(ben)).length === 7);
  await until(async () => (await models(ana)).includes('offline'));
  expect(await titles(ana)).toEqual(await titles(ben));

  // A newcomer gets all of it from the server alone.
  const { link } = await ana.client.team.invite.mutate({ role: 'viewer' });
  await Promise.all([ana.kill(), ben.kill()]);
  const cleo = await bench.device('Cleo');
  await cleo.client.team.join.mutate({ link, name: 'Cleo' });
  await until(async () => (await titles(cleo)).length === 7);
  expect(await models(cleo)).toEqual(['killed', 'offline']);
  await expect(cleo.client.notes.create.mutate({ projectId, title: 'viewer', body: '' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});
