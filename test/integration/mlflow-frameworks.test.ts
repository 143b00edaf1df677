import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openMlflowServer } from '../differential/servers.ts';
import { lightFrameworksPython } from '../support/frameworks.ts';
import { clientEnv, openMlflowEngine, runScript, type MlflowEngine } from '../support/mlflow-engine.ts';

vi.setConfig({ testTimeout: 300_000 });

const scripts = fileURLToPath(new URL('mlflow/frameworks/', import.meta.url));
let engine: MlflowEngine;
let python: Promise<string>;

beforeAll(async () => {
  python = lightFrameworksPython();
  await python;
  engine = await openMlflowEngine();
});
afterAll(() => engine.close());

/** Runs a script of the light environment. */
async function passes(script: string, args: readonly string[] = [], more: Record<string, string | undefined> = {}) {
  const env = { ...clientEnv(engine.url(), engine.token()), ...more };
  const output = await runScript([join(scripts, script), ...args], env, python);
  expect(output.trimEnd().endsWith('passed')).toBe(true);
}

// Each script makes its own experiment and asserts on the Python side. They run at the same time.
test.concurrent.each(['boosters.py', 'everything_logged.py', 'serving.py', 'command_line.py'])(
  'the stock client: %s',
  script => passes(script),
);

test.concurrent('an experiment travels from mlflow server to the engine and back, and nothing is lost', async () => {
  const server = await openMlflowServer();
  try {
    await passes('exchange.py', [server.url]);
  } finally {
    await server.close();
  }
});

test.concurrent.each(['a credentials file', 'variables'])('the token is the password in %s, too', async where => {
  const home = mkdtempSync(join(tmpdir(), 'benchmate-home-'));
  const token = engine.token();
  const variables = { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: token };
  if (where !== 'variables') {
    mkdirSync(join(home, '.mlflow'));
    const content = `[mlflow]\nmlflow_tracking_username = anybody\nmlflow_tracking_password = ${token}\n`;
    writeFileSync(join(home, '.mlflow', 'credentials'), content, { mode: 0o600 });
  }
  const withoutToken = { MLFLOW_TRACKING_TOKEN: undefined, HOME: home, USERPROFILE: home };
  try {
    await passes('../credentials.py', [], { ...withoutToken, ...(where === 'variables' ? variables : {}) });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
