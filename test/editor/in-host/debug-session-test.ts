import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import { until } from '../../support/until.ts';

const dataDir = process.env.BENCHMATE_DATA_DIR ?? '';
const folder = vscode.workspace.workspaceFolders![0]!;

/** What Python's debugger is given of a launch. */
async function launched(name: string, more: object = {}): Promise<{ env?: Record<string, string> }> {
  const file = join(dataDir, `launch-${name}.json`);
  const program = join(folder.uri.fsPath, 'train.py');
  const launch = { type: 'debugpy', request: 'launch', name, program, writeLaunchTo: file, ...more };
  ok(await vscode.debug.startDebugging(folder, launch));
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('}'));
  return JSON.parse(readFileSync(file, 'utf8')) as { env?: Record<string, string> };
}

describe('debug sessions of Python', () => {
  before(async () => {
    await (
      await vscode.extensions.getExtension<{ connected(): Promise<unknown> }>('benchmate.benchmate')!.activate()
    ).connected();
    const client = connectEngine(dataDir);
    await until(async () => (await client.projects.list.query()).length > 0);
    client.close();
  });

  it('log to the engine, and launch.json is not written', async () => {
    const { url, token } = (await readEndpoint(dataDir))!;
    const { env } = await launched('plain', { env: { SEED: '1' } });
    deepEqual(env, {
      MLFLOW_TRACKING_URI: url,
      MLFLOW_TRACKING_TOKEN: token,
      MLFLOW_EXPERIMENT_NAME: 'churn',
      SEED: '1',
    });
    equal(existsSync(join(folder.uri.fsPath, '.vscode', 'launch.json')), false);
  });

  it('log where their launch or its .env file says', async () => {
    const elsewhere = { MLFLOW_TRACKING_URI: 'https://mlflow.example.org' };
    deepEqual((await launched('elsewhere', { env: elsewhere })).env, elsewhere);
    const envFile = join(dataDir, 'elsewhere.env');
    writeFileSync(envFile, 'MLFLOW_TRACKING_URI=https://mlflow.example.org\n');
    equal((await launched('by-file', { envFile })).env, undefined);
  });
});
