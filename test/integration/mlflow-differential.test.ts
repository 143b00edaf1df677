import { afterAll, beforeAll, expect, test } from 'vitest';
import { differentialScript, openMlflowServer } from '../differential/servers.ts';
import { clientEnv, openMlflowEngine, runScript, type MlflowEngine } from '../support/mlflow-engine.ts';

let engine: MlflowEngine | undefined;
let server: { url: string; close: () => Promise<void> } | undefined;

beforeAll(async () => {
  [engine, server] = await Promise.all([openMlflowEngine(), openMlflowServer()]);
});
afterAll(async () => {
  await engine?.close();
  await server?.close();
});

// `npm run differential` does the same for as many seeds as one likes, and prints the shortest failing sequences.
test.each([
  ['sequences that once differed', ['--regressions']],
  ['25 seeds', ['--seeds', '1..25', '--calls', '30']],
])(
  'the engine answers as mlflow server does: %s',
  async (_name, which) => {
    if (!engine || !server) throw new Error('The servers did not start.');
    const servers = ['--mlflow', server.url, '--engine', engine.url()];
    const args = [differentialScript, ...servers, ...which];
    const output = await runScript(args, clientEnv(engine.url(), engine.token()));
    expect(JSON.parse(output.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ failed: 0 });
  },
  300_000,
);
