import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openInvite } from '@benchmate/shared/domain/team';
import { team } from '@benchmate/shared/protocol/team';
import { commandLine } from '../support/command-line.ts';
import { allShared, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

let bench: TeamBench;
let ana: Device;
let bo: Device;
let home: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'benchmate-invites-'));
  bench = await openTeamBench();
  [ana, bo] = await Promise.all([bench.device('Ana'), bench.device('Bo')]);
  await ana.client.team.connect.mutate({ serverUrl: bench.serverUrl });
});
afterAll(async () => {
  await bench?.close();
  rmSync(home, { recursive: true, force: true });
});

const state = ({ client }: Device) => client.team.state.query();
const names = async (device: Device) =>
  (await state(device)).members.filter(({ active }) => active).map(({ name }) => name);
const asked = ({ dataDir }: Device) => ({ env: { BENCHMATE_DATA_DIR: dataDir } });

test('M17 open invites are listed and withdrawn on the command line; the server then lets nobody in', async () => {
  const { ask, refuse, benchmate } = commandLine(home, home);
  const { link, inviteId } = await ask(team.invite.output, ['invite', '--role', 'viewer'], asked(ana));
  const open = await ask(z.array(openInvite), ['team', 'invites'], asked(ana));
  const { device } = await state(ana);
  expect(open).toMatchObject([{ inviteId, role: 'viewer', as: 'member', invitedBy: device }]);
  const { stdout } = await benchmate(['team', 'invites', 'withdraw', inviteId.slice(0, 6)], asked(ana));
  expect(stdout).toMatch(/^The invite is withdrawn\.\nNo invite is open\./);
  expect(await refuse(['team', 'invites', 'withdraw', inviteId], asked(ana))).toMatchObject({ code: 'NOT_FOUND' });
  await expect(bo.client.team.join.mutate({ link, name: 'Bo' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('The invite was withdrawn.'),
  });
});

test('M17 who joins apart from a withdrawal is out again, on every device and on the server', async () => {
  const { link, inviteId } = await ana.client.team.invite.mutate({ role: 'owner' });
  await ana.client.team.setPaused.mutate({ paused: true });
  await bo.client.team.join.mutate({ link, name: 'Bo' });
  await allShared(bo);
  expect(await names(bo)).toEqual(['Ana', 'Bo']);
  const withdrawn = await ana.client.team.withdrawInvite.mutate({ inviteId });
  expect(withdrawn.invites).toEqual([]);
  await ana.client.team.setPaused.mutate({ paused: false });
  await allShared(ana);
  await until(async () => !(await state(bo)).me.active);
  expect([await names(ana), await names(bo)]).toEqual([['Ana'], ['Ana']]);
  await until(async () => (await state(bo)).sync.state === 'refused');
  await expect(bo.client.team.rename.mutate({ member: 'Still Bo' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a code is read aloud: wrong words cost a try, the right ones let one device in', async () => {
  const { ask } = commandLine(home, home);
  const { spoken } = await ana.client.team.invite.mutate({ role: 'reviewer', spoken: true });
  const host = new URL(bench.serverUrl).host;
  const [server, code = ''] = spoken!.split(' ');
  expect(server).toBe(host);
  expect(code).toMatch(/^\d+(-[a-z]+){3}$/);
  const [number, ...words] = code.split('-');
  const other = words[0] === 'zoo' ? 'zero' : 'zoo';
  const join = (link: string) => bo.client.team.join.mutate({ link, name: 'Bo' });
  await expect(join(`${host} ${number}-${other}-${other}-${other}`)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: `These are not the words of code ${number}.`,
    nextStep: expect.stringContaining('4 more tries are left'),
  });
  // Who was out comes back, in the role of the code.
  const joined = await ask(team.join.output, ['join', host, ...code.split('-'), '--name', 'Bo again'], asked(bo));
  expect(joined.me).toMatchObject({ name: 'Bo again', role: 'reviewer', active: true });
  await until(async () => (await names(ana)).includes('Bo again'));
  // The engine that made a code closes it when it was used.
  const late = () =>
    join(spoken!).then(
      () => 'joined',
      (error: Error) => error.message,
    );
  await until(async () => (await late()).includes('No invite with this number'));
});

test('a code outlives a kill of the engine that made it', async () => {
  const { spoken } = await ana.client.team.invite.mutate({ role: 'viewer', spoken: true });
  const cleo = await bench.device('Cleo');
  await ana.kill();
  await ana.start();
  const join = () => cleo.client.team.join.mutate({ link: spoken!, name: 'Cleo' });
  expect((await until(() => join().catch(() => null))).me).toMatchObject({ name: 'Cleo', role: 'viewer' });
  await until(async () => (await names(ana)).includes('Cleo'));
});
