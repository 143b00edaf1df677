import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registry } from '@benchmate/shared/protocol/registry';
import { ensureUv } from '../../.ci/setup/python-env.ts';
import { programFile } from '../support/program-file.ts';
import { formTeam, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const cli = programFile('desktop/cli/src/main.ts');
let bench: TeamBench;
let ana: Device;
let ben: Device;

/** The command line on one person's machine; rejects with `code` and `stderr` when it fails. */
async function benchmate(device: Device, args: string[]): Promise<string> {
  const env = { ...process.env, BENCHMATE_DATA_DIR: device.dataDir };
  return (await run(process.execPath, [cli, ...args], { cwd: bench.dir, env })).stdout;
}

beforeAll(async () => {
  process.env.BENCHMATE_UV = await ensureUv();
  bench = await openTeamBench();
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
  await formTeam(bench, [ana, ben]);
});
afterAll(() => bench?.close());

test('registry resolve settles an alias that two promoted apart while offline, for both', async () => {
  for (let version = 1; version <= 3; version++)
    await benchmate(ana, ['registry', 'register', 'fraud', '--source', `runs:/${'a'.repeat(32)}/model`]);
  await benchmate(ana, ['registry', 'promote', 'fraud', '1', 'champion']);
  const seen = async (device: Device) =>
    registry.get.output.parse(JSON.parse(await benchmate(device, ['registry', 'show', 'fraud', '--json'])));
  await until(async () => {
    const { versions, aliases } = await seen(ben);
    return versions.length === 3 && aliases.length === 1;
  });
  for (const device of [ana, ben]) await benchmate(device, ['sync', 'pause']);
  await benchmate(ana, ['registry', 'promote', 'fraud', '2', 'champion']);
  await benchmate(ben, ['registry', 'promote', 'fraud', '3', 'champion']);
  for (const device of [ana, ben]) await benchmate(device, ['sync', 'resume']);
  for (const device of [ana, ben]) await until(async () => (await seen(device)).aliases[0]?.contested);

  const shown = await benchmate(ana, ['registry', 'show', 'fraud']);
  expect(shown).toMatch(/contested/);
  await expect(benchmate(ana, ['registry', 'promote', 'fraud', '2', 'champion'])).rejects.toMatchObject({
    code: 6,
    stderr: expect.stringMatching(/contested/),
  });
  await expect(benchmate(ana, ['registry', 'resolve', 'fraud', 'champion', '1'])).rejects.toMatchObject({
    stderr: expect.not.stringMatching(/ at .*\.ts:/),
  });
  await benchmate(ana, ['registry', 'resolve', 'fraud', 'champion', '3', '--reason', 'v2 fails on young customers']);
  for (const device of [ana, ben])
    await until(async () => {
      const { versions, aliases } = await seen(device);
      const holder = versions.find(({ versionId }) => versionId === aliases[0]?.holder);
      return holder?.version === 3 && !aliases[0]?.contested;
    });
  expect(await benchmate(ben, ['registry', 'history', 'fraud'])).toContain('v2 fails on young customers');
});

test('new --prepare makes the Python environment, too, and says what it does meanwhile', async () => {
  const folder = join(bench.dir, 'work');
  mkdirSync(folder);
  const env = { ...process.env, BENCHMATE_DATA_DIR: ana.dataDir };
  const { stdout, stderr } = await run(process.execPath, [cli, 'new', 'churn', '--prepare'], { cwd: folder, env });
  expect(stdout).toContain('The project churn is ready.');
  expect(stderr.trim().split('\n').length).toBeGreaterThan(1);
  const interpreter = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
  expect(existsSync(join(folder, 'churn/.venv', interpreter))).toBe(true);
  await run(join(folder, 'churn/.venv', interpreter), ['-c', 'import mlflow, sklearn']);
});
