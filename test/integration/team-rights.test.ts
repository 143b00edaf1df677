import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import { allShared, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

let bench: TeamBench;
let ana: Device;
let vera: Device;
let bot: Device;

beforeAll(async () => {
  bench = await openTeamBench();
  [ana, vera, bot] = await Promise.all([bench.device('Ana'), bench.device('Vera'), bench.device('Bot')]);
  await ana.client.team.connect.mutate({ serverUrl: bench.serverUrl });
  const { link } = await ana.client.team.invite.mutate({ role: 'viewer' });
  await vera.client.team.join.mutate({ link, name: 'Vera' });
  await ana.client.registry.register.mutate({ model: 'churn', runId: null, source: `runs:/${'a'.repeat(32)}/model` });
  await until(() => vera.client.registry.get.query({ model: 'churn' }));
});
afterAll(() => bench?.close());

/** As a script does that knows nothing of Benchmate. */
async function setAlias({ dataDir }: Device, alias: string) {
  const { url, token } = (await readEndpoint(dataDir))!;
  const response = await fetch(`${url}/api/2.0/mlflow/registered-models/alias`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'churn', alias, version: '1' }),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}
const me = async ({ client }: Device) => (await client.team.state.query()).me;
const person = async (name: string) => {
  const { members } = await ana.client.team.state.query();
  return members.find(member => member.active && member.name === name)!.person;
};

test('M11 a role that an owner changes holds for scripts, too, and MLflow’s API says why', async () => {
  expect(await setAlias(vera, 'champion')).toEqual({
    status: 403,
    body: {
      error_code: 'PERMISSION_DENIED',
      message: expect.stringMatching(/^As viewer you may not promote a version: that takes a maintainer or higher\./),
    },
  });
  await ana.client.team.setRole.mutate({ person: await person('Vera'), role: 'maintainer' });
  await until(async () => (await me(vera)).role === 'maintainer');
  expect(await setAlias(vera, 'champion')).toMatchObject({ status: 200 });
  await expect(vera.client.team.setRole.mutate({ person: await person('Ana'), role: 'viewer' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await expect(ana.client.team.setRole.mutate({ person: await person('Ana'), role: 'viewer' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: 'The last owner stays an owner.',
  });
});

test('M14 an agent logs and writes, never decides, and ends with its member', async () => {
  const { link } = await vera.client.team.invite.mutate({ role: 'agent' });
  const joined = await bot.client.team.join.mutate({ link, name: 'Nightly' });
  expect(joined.me).toMatchObject({ role: 'agent', agentOf: await person('Vera') });
  await bot.client.registry.register.mutate({ model: 'churn', runId: null, source: `runs:/${'b'.repeat(32)}/model` });
  const history = await bot.client.registry.history.query({ model: 'churn' });
  expect(history.at(-1)?.sentence).toBe('Nightly (agent) registered churn v2.');
  for (const decision of [
    () => bot.client.registry.approve.mutate({ model: 'churn', version: 1 }),
    () => bot.client.registry.promote.mutate({ model: 'churn', version: 1, alias: 'champion' }),
    () => bot.client.team.invite.mutate({ role: 'agent' }),
  ])
    await expect(decision()).rejects.toMatchObject({ code: 'FORBIDDEN', message: /^As agent you may not/ });
  expect(await setAlias(bot, 'nightly')).toMatchObject({ status: 403, body: { error_code: 'PERMISSION_DENIED' } });

  await ana.client.team.removePerson.mutate({ person: await person('Vera') });
  await until(async () => !(await me(bot)).active && !(await me(vera)).active);
  await expect(
    bot.client.registry.register.mutate({ model: 'churn', runId: null, source: `runs:/${'c'.repeat(32)}/model` }),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('M16 a recovery key brings the owner back on a new machine, revokes the lost one, and is written nowhere', async () => {
  const { key } = await ana.client.team.createRecoveryKey.mutate();
  expect(key).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/);
  await allShared(ana);
  await ana.kill();
  const fresh = await bench.device('Fresh');
  const recover = (text: string) =>
    fresh.client.team.recover.mutate({ key: text, serverUrl: bench.serverUrl, name: 'Ana' });
  await expect(recover(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
  // As it is read aloud: small letters, blanks, O for 0.
  const state = await recover(key.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o'));
  expect(state.me).toMatchObject({ role: 'owner', active: true, name: 'Ana' });
  expect(state.members.filter(({ active }) => active)).toHaveLength(1);
  await ana.start();
  // The server lets the lost machine in no more: what is promoted there reaches nobody.
  await until(async () => (await ana.client.team.state.query()).sync.state === 'refused');
  expect(await setAlias(ana, 'stolen')).toMatchObject({ status: 200 });
  expect(await setAlias(fresh, 'again')).toMatchObject({ status: 200 });
  await allShared(fresh);
  const { aliases } = await fresh.client.registry.get.query({ model: 'churn' });
  expect(aliases.map(({ alias }) => alias)).toEqual(['again', 'champion']);

  const secrets = [key, key.replaceAll('-', ''), key.toLowerCase(), key.slice(10, 24)];
  const files = readdirSync(bench.dir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  expect(files.length).toBeGreaterThan(5);
  for (const { parentPath, name } of files) {
    const content = readFileSync(join(parentPath, name)).toString('latin1');
    for (const secret of secrets) expect(content.includes(secret), name).toBe(false);
  }
});
