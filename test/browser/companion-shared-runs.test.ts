import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpoint } from '@benchmate/shared/protocol/endpoint';
import { formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';
import { axeViolations } from './support/axe.ts';
import { openBrowser, photograph, scrollsSideways, setLook, visit } from './support/pages.ts';

// A run on its author's device and, shared, on a teammate's, as both see it.
const projectId = 'churn-0a1b2c3d';
const longName = 'a-run-with-a-name-of-sixty-characters-as-sweeps-make-them-0042';
let bench: TeamBench;
let browser: Browser;
let ada: Device;
let ben: Device;
let runId: string;

beforeAll(async () => {
  [bench, browser] = await Promise.all([openTeamBench(), openBrowser()]);
  [ada, ben] = await Promise.all([bench.device('Ada'), bench.device('Ben')]);
  await formTeam(bench, [ada, ben]);
  await openProject(ada, join(bench.dir, 'project'), projectId);
  await until(async () => (await ben.client.projects.list.query()).length === 1);
  const { experiment_id } = (await mlflow('experiments/create', { name: projectId })) as { experiment_id: string };
  const { run } = (await mlflow('runs/create', { experiment_id, run_name: longName })) as {
    run: { info: { run_id: string } };
  };
  runId = run.info.run_id;
  const metrics = Array.from({ length: 900 }, (_, step) => ({
    key: 'val_loss',
    value: 1 / (1 + step / 50),
    step,
    timestamp: 1_700_000_000_000 + step,
  }));
  await mlflow('runs/log-batch', { run_id: runId, metrics, params: [{ key: 'lr', value: '0.01' }] });
  await mlflow('runs/update', { run_id: runId, status: 'FINISHED', end_time: 1_700_000_010_000 });
  await ada.client.registry.register.mutate({ model: 'churn', runId, source: `runs:/${runId}/model` });
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

const endpointOf = ({ dataDir }: Device) =>
  endpoint.parse(JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8')));
const companionOf = (device: Device) => ({
  url: endpointOf(device).url,
  link: async (path = '/') => (await device.client.system.companionLink.mutate({ path })).url,
});

async function mlflow(path: string, body: object): Promise<unknown> {
  const { url, token } = endpointOf(ada);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return response.json();
}

test('a run is shared by its button; a teammate sees it with its curve and whose it is, and comments on it', async () => {
  const bens = await visit(browser, companionOf(ben), '/models/churn/v1');
  await bens.page.getByText('Its run is not on this device.').waitFor();
  await photograph(bens.page, 'shared-run-elsewhere');
  const { page } = await visit(browser, companionOf(ada), `/runs/${runId}`);
  await page.getByRole('button', { name: 'Share with the team' }).click();
  await page.getByRole('button', { name: 'Share again' }).waitFor();
  await photograph(page, 'shared-run-own');

  await until(async () => (await ben.client.runs.list.query({})).total === 1);
  await bens.page.goto(bens.page.url().replace(/\/models.*$/, `/runs/${runId}`));
  await bens.page.getByText('from Ada').waitFor();
  await bens.page.getByRole('button', { name: /Share/ }).waitFor({ state: 'detached' });
  for (const [look, width] of [
    ['light', 1280],
    ['dark', 400],
    ['contrast', 1280],
  ] as const) {
    await setLook(bens.page, look);
    await bens.page.setViewportSize({ width, height: 800 });
    expect(await scrollsSideways(bens.page)).toBe(false);
    await photograph(bens.page, `shared-run-received-${look}`);
  }
  expect(await axeViolations(bens.page)).toEqual([]);
  await bens.page.goto(bens.page.url().replace(/\/runs.*$/, '/models/churn/v1'));
  await bens.page.getByRole('region', { name: 'Metrics of this version' }).getByText('val_loss').waitFor();
  // The first page asked for a run that was not there.
  expect(bens.complaints.filter(text => !text.includes('404'))).toEqual([]);
});
