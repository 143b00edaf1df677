import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { liveLink } from '@benchmate/shared/domain/live-link';
import { note } from '@benchmate/shared/domain/note';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import { links } from '@benchmate/shared/protocol/links';
import { textSearch } from '@benchmate/shared/protocol/text-search';
import { commandLine } from '../support/command-line.ts';
import { formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

const projectId = 'notes-0a1b2c3d';
let bench: TeamBench;
let ada: Device;
let ben: Device;
let cli: ReturnType<typeof commandLine>;

beforeAll(async () => {
  bench = await openTeamBench();
  [ada, ben] = await Promise.all([bench.device('ada'), bench.device('ben')]);
  await ada.client.team.rename.mutate({ member: 'Ada Lovelace' });
  await ben.client.team.rename.mutate({ member: 'Ben Ngo' });
  await formTeam(bench, [ada, ben]);
  await openProject(ada, join(bench.dir, 'project'), projectId);
  await until(async () => (await ben.client.projects.list.query()).length === 1);
  cli = commandLine(bench.dir, join(bench.dir, 'project'));
});
afterAll(() => bench?.close());

async function logged(metric: string, value: number): Promise<string> {
  const { url, token } = (await readEndpoint(ada.dataDir))!;
  const call = async (route: string, body: unknown) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/2.0/mlflow/${route}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const { run } = (await call('runs/create', { experiment_id: '0', run_name: 'tidy-otter' })) as {
    run: { info: { run_id: string } };
  };
  const { run_id } = run.info;
  await call('runs/log-metric', { run_id, key: metric, value, timestamp: Date.now(), step: 1 });
  return run_id;
}

test('a decision about a run is written, searched, linked and shows a teammate that they are meant, also offline', async () => {
  const runId = await logged('val/auc', 0.912);
  const begin = runId.slice(0, 8);
  const made = await cli.ask(note, [...'notes new Ship --template decision --about'.split(' '), `run:${begin}`]);
  expect(made).toMatchObject({ about: `run:${runId}`, title: 'Ship' });
  expect(made.body).toMatch(/^## Context\n[\s\S]*## Options\n[\s\S]*## Decision\n[\s\S]*## Evidence\n/);
  expect(await cli.ask(z.array(note), ['notes', 'list', '--about', `run:${begin}`])).toMatchObject([{ title: 'Ship' }]);
  expect(await cli.ask(z.array(note), ['notes', 'list', '--about', 'model:churn'])).toEqual([]);
  const refused = await cli.benchmate(['notes', 'list', '--about', 'nonsense']);
  expect([refused.code === 0, refused.stderr]).toEqual([false, expect.stringContaining('Give run:<id>')]);

  const body = `Calibration holds at [0.90](run:${begin}#val/auc), see @ben-ngo.`;
  await cli.ask(note, ['notes', 'write', 'Ship', '--body', body]);
  const other = await cli.ask(note, ['notes', 'new', 'Later', '--body', `After note:${made.noteId}.`]);
  const shown = note.extend({ links: z.array(liveLink), backlinks: links.backlinks.output });
  // The index follows what is written; whoever asks waits for it a second at most.
  const ship = await until(async () => {
    const answer = await cli.ask(shown, ['notes', 'show', 'Ship']);
    return answer.backlinks.length > 0 && answer;
  });
  expect(ship).toMatchObject({
    links: [{ href: `run:${begin}#val/auc`, state: 'found', value: '0.912', says: 'val/auc of run tidy-otter' }],
    backlinks: [{ itemId: other.noteId, title: 'Later' }],
  });
  expect(await ada.client.links.backlinks.query({ target: `run:${runId}` })).toMatchObject([{ title: 'Ship' }]);
  expect((await cli.ask(textSearch.find.output, ['search', 'calib*', 'holds'])).hits).toMatchObject([
    { title: 'Ship' },
  ]);
  expect((await cli.benchmate(['search', 'calibration'])).stdout).toMatch(/^note Ship .*\n {2}Calibration holds/);

  const mention = await until(async () =>
    (await ben.client.inbox.list.query({})).items.find(({ kind }) => kind === 'mention'),
  );
  expect(mention).toMatchObject({
    sentence: 'You are mentioned in the note “Ship”.',
    place: { kind: 'note', noteId: made.noteId },
  });
  expect((await ada.client.inbox.list.query({})).items).toEqual([]);
  await bench.killServer();
  const found = await cli.ask(textSearch.find.output, ['search', '"calibration holds"'], { as: 'ben' });
  expect(found.hits).toMatchObject([{ title: 'Ship', author: { name: 'Ada Lovelace' } }]);
  const inbox = await cli.benchmate(['inbox'], { as: 'ben' });
  expect(inbox.stdout).toContain(`benchmate notes show ${made.noteId}`);
  await ben.client.inbox.dismiss.mutate({ itemId: mention.itemId });
  expect((await ben.client.inbox.list.query({})).items.filter(({ kind }) => kind === 'mention')).toEqual([]);
});
