import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMlflowServer } from '../differential/servers.ts';
import { lightFrameworksPython } from '../support/frameworks.ts';
import { clientEnv, openMlflowEngine, runScript, type MlflowEngine } from '../support/mlflow-engine.ts';

const scripts = fileURLToPath(new URL('mlflow/frameworks/', import.meta.url));
let engine: MlflowEngine;
let python: Promise<string>;

beforeAll(async () => {
  python = lightFrameworksPython();
  await python;
  engine = await openMlflowEngine();
});
afterAll(() => engine.close());

// Each script makes its own experiment and asserts on the Python side. They run at the same time.
test.concurrent.each(['boosters.py', 'everything_logged.py', 'serving.py', 'command_line.py'])(
  'the stock client: %s',
  async script => {
    const output = await runScript([`${scripts}${script}`], clientEnv(engine.url(), engine.token()), python);
    expect(output.trimEnd().endsWith('passed')).toBe(true);
  },
  300_000,
);

test.concurrent(
  'an experiment travels from mlflow server to the engine and back, and nothing is lost',
  async () => {
    const server = await openMlflowServer();
    try {
      const env = clientEnv(engine.url(), engine.token());
      expect((await runScript([`${scripts}exchange.py`, server.url], env, python)).trimEnd().endsWith('passed')).toBe(
        true,
      );
    } finally {
      await server.close();
    }
  },
  300_000,
);

test.concurrent.each(['a credentials file', 'variables'])('the token is the password in %s, too', async where => {
  const home = mkdtempSync(join(tmpdir(), 'benchmate-home-'));
  const token = engine.token();
  const env: Record<string, string | undefined> = {
    ...clientEnv(engine.url(), token),
    MLFLOW_TRACKING_TOKEN: undefined,
    HOME: home,
    USERPROFILE: home,
  };
  if (where === 'variables') Object.assign(env, { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: token });
  else {
    mkdirSync(join(home, '.mlflow'));
    const content = `[mlflow]\nmlflow_tracking_username = anybody\nmlflow_tracking_password = ${token}\n`;
    writeFileSync(join(home, '.mlflow', 'credentials'), content, { mode: 0o600 });
  }
  try {
    expect((await runScript([`${scripts}../credentials.py`], env, python)).trimEnd().endsWith('passed')).toBe(true);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
