// npm run differential -- --seeds 1..1000 [--calls 40] [--stop-after 5]: compares the engine with `mlflow server`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { exitOnSignals } from '../support/exit-on-signals.ts';
import { clientEnv, openMlflowEngine } from '../support/mlflow-engine.ts';
import { mlflowPython } from '../support/python.ts';
import { differentialScript, openMlflowServer } from './servers.ts';

exitOnSignals();
const engine = await openMlflowEngine();
try {
  const server = await openMlflowServer();
  try {
    const given = process.argv.slice(2);
    const seeds = given.includes('--seeds') || given.includes('--regressions') ? [] : ['--seeds', '1..1000'];
    const servers = ['--mlflow', server.url, '--engine', engine.url()];
    const child = spawn(await mlflowPython(), [differentialScript, ...servers, ...seeds, ...given], {
      stdio: 'inherit',
      env: { ...process.env, ...clientEnv(engine.url(), engine.token()) },
    });
    process.exitCode = ((await once(child, 'exit')) as [number | null])[0] ?? 1;
  } finally {
    await server.close();
  }
} finally {
  await engine.close();
}
