import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { seeded } from '../support/dice.ts';
import { allShared, formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

const projectId = 'storm-0a1b2c3d';
const path = 'MODEL_CARD.md';
const anchor = { quote: 'x', prefix: '', suffix: '', line: 0 };
const steps = 60;
let bench: TeamBench;
let devices: [Device, Device, Device];

beforeEach(async () => {
  bench = await openTeamBench();
  devices = await Promise.all([bench.device('Ana'), bench.device('Ben'), bench.device('Cleo')]);
  await formTeam(bench, devices);
  await openProject(devices[0], join(bench.dir, 'storm'), projectId);
  for (const { client } of devices) await until(async () => (await client.projects.list.query()).length === 1);
});
afterEach(() => bench?.close());

/** Everything that a team shares, as one device shows it. */
async function shared({ client }: Device) {
  return {
    members: (await client.team.state.query()).members,
    notes: (await client.notes.list.query({ projectId })).toSorted((a, b) => (a.noteId < b.noteId ? -1 : 1)),
    threads: (await client.reviews.threads.query({ projectId })).toSorted((a, b) => (a.threadId < b.threadId ? -1 : 1)),
    models: await client.registry.list.query(),
    policies: await client.registry.policies.query(),
    baseline: (await client.projects.get.query({ projectId })).baselineRunId,
  };
}

/** Refusals by the team's rules are part of the storm; anything else is a failure. */
async function unlessRefused(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (
      error instanceof BenchmateError &&
      ['CONTESTED', 'NEEDS_APPROVAL', 'FORBIDDEN', 'CONFLICT'].includes(error.code)
    )
      return false;
    throw error;
  }
}

for (const seed of [1, 20_260])
  test(`S7: three devices, cuts, kills of engines and of the server, seed ${seed}: all converge and nothing is lost`, async () => {
    const dice = seeded(seed);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(dice() * items.length)]!;
    const log: string[] = [];
    const said = new Set<string>();
    const act: Record<string, (device: Device, step: number) => Promise<unknown>> = {
      async note({ client }, step) {
        await client.notes.create.mutate({ projectId, title: `note ${step}`, body: `note ${step}` });
        said.add(`note ${step}`);
      },
      async append({ client }, step) {
        const notes = await client.notes.list.query({ projectId });
        if (notes.length === 0) return;
        const { noteId, body } = pick(notes.toSorted((a, b) => (a.noteId < b.noteId ? -1 : 1)));
        await client.notes.write.mutate({ noteId, body: `${body}\nline ${step}`, base: body });
        said.add(`line ${step}`);
      },
      async thread({ client }, step) {
        await client.reviews.start.mutate({ projectId, path, anchor, body: `thread ${step}` });
        said.add(`thread ${step}`);
      },
      async reply({ client }, step) {
        const threads = await client.reviews.threads.query({ projectId, path });
        if (threads.length === 0) return;
        const { threadId } = pick(threads.toSorted((a, b) => (a.threadId < b.threadId ? -1 : 1)));
        await client.reviews.reply.mutate({ threadId, body: `reply ${step}` });
        said.add(`reply ${step}`);
      },
      async register({ client }, step) {
        await client.registry.register.mutate({ model: 'm', runId: null, source: `runs:/${step}/model` });
        said.add(`runs:/${step}/model`);
      },
      async promote({ client }) {
        const [model] = await client.registry.list.query();
        if (!model || model.versions.length === 0) return;
        const { version } = pick(model.versions);
        await unlessRefused(client.registry.promote.mutate({ model: 'm', version, alias: 'champion' }));
      },
      async settle({ client }) {
        const [model] = await client.registry.list.query();
        const champion = model?.aliases.find(({ contested }) => contested);
        const version = model?.versions.find(({ versionId }) => versionId === champion?.claims[0]?.versionId)?.version;
        if (version === undefined) return;
        await unlessRefused(client.registry.resolve.mutate({ model: 'm', version, alias: 'champion' }));
      },
      pin: ({ client }, step) => client.projects.pinBaseline.mutate({ projectId, runId: String(step) }),
      cut: ({ client }) => client.team.setPaused.mutate({ paused: true }),
      heal: ({ client }) => client.team.setPaused.mutate({ paused: false }),
      async killEngine(device) {
        await device.kill();
        await device.start();
      },
      async killServer() {
        await bench.killServer();
        await bench.startServer();
      },
    };
    const likely = [
      'note',
      'append',
      'append',
      'thread',
      'reply',
      'reply',
      'register',
      'promote',
      'promote',
      'settle',
      'pin',
      'cut',
      'heal',
      'heal',
    ];
    try {
      for (let step = 0; step < steps; step++) {
        const kill = dice();
        const name = kill < 0.03 ? 'killEngine' : kill < 0.05 ? 'killServer' : pick(likely);
        const device = pick(devices);
        log.push(`${step}: device ${devices.indexOf(device)} ${name}`);
        await act[name]!(device, step);
      }
      for (const { client } of devices) await client.team.setPaused.mutate({ paused: false });
      for (const device of devices) await allShared(device);
      const same = await until(async () => {
        const [a, b, c] = await Promise.all(devices.map(shared));
        return JSON.stringify(a) === JSON.stringify(b) && JSON.stringify(a) === JSON.stringify(c) && a;
      }, 20_000);
      const text = JSON.stringify(same);
      expect([...said].filter(words => !text.includes(words))).toEqual([]);
    } catch (error) {
      console.log(`seed ${seed}\n${log.join('\n')}`);
      throw error;
    }
  });
