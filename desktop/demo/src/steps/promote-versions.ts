import type { ListrTask } from 'listr2';
import type { AliasState, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Run } from '@benchmate/shared/domain/run';
import type { DemoContext } from '../context.ts';
import type { Device } from '../device.ts';
import { expect, expectRefusal, until } from '../expect.ts';

type Step = ListrTask<DemoContext>['task'];
const alias = 'champion';

export const approveAndPromote: Step = async (context, task) => {
  const { me, teammate } = context;
  await me.client.registry.setPolicy.mutate({ alias, approvals: 1 });
  const { model, version } = await register(context, context.best);
  const refusal = await expectRefusal('NEEDS_APPROVAL', me.client.registry.promote.mutate({ model, version, alias }));

  await onDevice(teammate, model, found => found.versions.some(candidate => candidate.version === version));
  const approved = performance.now();
  await teammate.client.registry.approve.mutate({
    model,
    version,
    verdict: 'approve',
    comment: 'Metrics and card agree.',
  });
  await onDevice(me, model, found => found.versions.some(v => v.version === version && v.approvals.length > 0));
  const ms = Math.round(performance.now() - approved);
  const promoted = await me.client.registry.promote.mutate({ model, version, alias });
  expect(holder(promoted) === version, `Version ${version} was approved and is not ${alias}.`);
  task.title = `${model} v${version} became ${alias} once the teammate's signed approval was here (${ms} ms). Before: "${refusal}"`;
};

export const settleContested: Step = async (context, task) => {
  const { me, teammate } = context;
  const rivals = context.runs.filter(run => run.runId !== context.best.runId);
  const mine = await register(context, rivals[0]!);
  const theirs = await register(context, rivals[1]!);
  const { model } = mine;
  await onDevice(teammate, model, found => found.versions.some(v => v.version === theirs.version));
  for (const { version } of [mine, theirs]) await teammate.client.registry.approve.mutate({ model, version });
  const approved = (found: RegisteredModel) =>
    [mine, theirs].every(({ version }) => found.versions.some(v => v.version === version && v.approvals.length > 0));
  const before = holder(await onDevice(me, model, approved));

  for (const { client } of [me, teammate]) await client.team.setPaused.mutate({ paused: true });
  await me.client.registry.promote.mutate({ model, version: mine.version, alias });
  await teammate.client.registry.promote.mutate({ model, version: theirs.version, alias });
  for (const { client } of [me, teammate]) await client.team.setPaused.mutate({ paused: false });

  for (const device of [me, teammate]) {
    const contested = await onDevice(device, model, found => state(found)?.contested === true);
    expect(holder(contested) === before, `While ${alias} is contested it must stay at v${before}.`);
    expect(state(contested)?.claims.length === 2, 'Both promotions must be shown.');
  }
  await expectRefusal('CONTESTED', me.client.registry.promote.mutate({ model, version: mine.version, alias }));
  await me.client.registry.resolve.mutate({ model, version: mine.version, alias, reason: 'Better calibrated.' });
  for (const device of [me, teammate]) {
    const settled = await onDevice(device, model, found => state(found)?.contested === false);
    expect(holder(settled) === mine.version, `The chosen version ${mine.version} is not ${alias} on ${device.name}.`);
  }
  task.title = `v${mine.version} and v${theirs.version} promoted offline: contested on both devices, v${before} kept serving, v${mine.version} chosen`;
};

async function register({ me, project }: DemoContext, run: Run): Promise<{ model: string; version: number }> {
  const model = project.model ?? project.name;
  const source = `runs:/${run.runId}/model`;
  const { versions } = await me.client.registry.register.mutate({ model, runId: run.runId, source });
  return { model, version: Math.max(...versions.map(({ version }) => version)) };
}

function onDevice(
  { client, name }: Device,
  model: string,
  ready: (found: RegisteredModel) => boolean,
): Promise<RegisteredModel> {
  const find = async () => (await client.registry.list.query()).find(candidate => candidate.name === model);
  return until(
    `The registry's news (${name})`,
    find,
    found => found !== undefined && ready(found),
    again => client.registry.changes.subscribe(undefined, { next: again, connected: again }),
  ) as Promise<RegisteredModel>;
}

const state = (model: RegisteredModel): AliasState | undefined =>
  model.aliases.find(candidate => candidate.alias === alias);

function holder(model: RegisteredModel): number | undefined {
  const versionId = state(model)?.holder;
  return model.versions.find(version => version.versionId === versionId)?.version;
}
