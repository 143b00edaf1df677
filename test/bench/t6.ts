import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientEnv, runScript } from '../support/mlflow-engine.ts';
import { mlflowPython } from '../support/python.ts';
import { openEngine, openMlflow, type Arm } from './lib/arms.ts';
import { loopLine, openLoops, watchLoop } from './lib/loop-delay.ts';
import { printMachine } from './lib/machine.ts';
import { benchOptions } from './lib/options.ts';
import { endGroup, obeying, spawnPinned } from './lib/pinned.ts';
import { printRatio } from './lib/report.ts';
import { interleaved, type Measured } from './lib/rounds.ts';
import { callText, logRuns, searchRuns } from './lib/search-data.ts';
import { line } from './lib/statistics.ts';

const runCount = 10_000;
const cache = fileURLToPath(new URL('../../.cache/bench/', import.meta.url));
const searches = {
  order: { filter: '', order_by: ['metrics.m3 DESC'], max_results: 100 },
  filter: { filter: "metrics.m3 > 0.5 and params.p5 = 'value-7'", order_by: [], max_results: 1000 },
  pull: { filter: '', order_by: [], max_results: 50_000 },
};
const works = [
  { name: 'order', title: 'ordered by a metric, first 100', goal: 200 },
  { name: 'filter', title: 'filtered by a metric and a param', goal: 50 },
  { name: 'pull', title: 'all 10,000 runs', goal: 20 },
  { name: 'client', title: 'first 100 by a metric, stock client', goal: 25 },
] as const;
type Work = (typeof works)[number]['name'];

/** T6: searches among 10,000 runs with 20 params and 20 metrics each, against `mlflow server` on the same runs. */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 7, seconds: 1 });
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-t6-'));
  const closing: (() => Promise<void>)[] = [];
  try {
    await printMachine();
    const runs = searchRuns(runCount);
    const ours = await openEngine(dir, 'full', watchLoop(dir));
    closing.push(ours.close);
    const loops = openLoops(dir, ours);
    closing.push(loops.close);
    const filled = performance.now();
    await logRuns(ours, runs);
    console.log(`${runCount} runs logged in ${((performance.now() - filled) / 1000).toFixed(1)} s`);
    const rival = await openMlflow(dir, await mlflowDatabase(runs));
    closing.push(rival.close);
    const clients = new Map<Arm, Awaited<ReturnType<typeof openClient>>>();
    for (const arm of [ours, rival]) {
      const client = await openClient(arm);
      clients.set(arm, client);
      closing.push(client.close);
    }
    for (const { name, title, goal } of works) {
      const answers = new Map<string, string>();
      const measure = async (arm: Arm): Promise<Measured> => {
        const { seconds, names } = await search(name, arm, clients.get(arm)!.ask);
        answers.set(arm.name, names.join());
        return { rate: 1 / seconds, n: names.length, verified: true };
      };
      await measure(ours); // warm-up
      await loops.read();
      const measured = await interleaved('t6', [ours, rival], { rounds, measure });
      if (new Set(answers.values()).size !== 1) throw new Error(`${title}: the servers answer different runs.`);
      for (const arm of [ours, rival])
        console.log(
          line(
            `${title}: ${arm.name.split(',')[0]}`,
            measured.get(arm.name)!.map(({ rate }) => 1000 / rate),
            'ms',
          ),
        );
      printRatio(`T6 ${title}`, measured, { ours, theirs: rival, goal });
      console.log(loopLine(await loops.read()));
    }
  } finally {
    for (const close of closing.toReversed()) await close();
    rmSync(dir, { recursive: true, force: true });
  }
}

type Asked = { seconds: number; names: string[] };

async function search(work: Work, arm: Arm, client: (order: object) => Promise<Asked>): Promise<Asked> {
  if (work === 'client') return client(searches.order);
  const started = performance.now();
  const text = await callText(arm, 'runs/search', { experiment_ids: ['0'], ...searches[work] });
  const seconds = (performance.now() - started) / 1000;
  const { runs } = JSON.parse(text) as {
    runs: { info: { run_name: string }; data: { metrics: object[]; params: object[] } }[];
  };
  const whole = runs.every(({ data }) => data.metrics.length === 20 && data.params.length === 20);
  if (!whole) throw new Error(`${arm.name} leaves out metrics or params.`);
  return { seconds, names: runs.map(({ info }) => info.run_name) };
}

async function openClient({ url, token }: Arm) {
  const script = fileURLToPath(new URL('processes/search_client.py', import.meta.url));
  const child = spawnPinned(1, [await mlflowPython(), script], { env: { ...process.env, ...clientEnv(url, token) } });
  return { ask: obeying(child)<Asked>, close: () => endGroup(child) };
}

/** A copy of the runs in `mlflow server`'s own schema; making it once takes half a minute. */
async function mlflowDatabase(runs: readonly object[]): Promise<string> {
  const file = join(cache, `t6-mlflow-${runCount}.db`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const source = join(cache, 't6-runs.jsonl');
  writeFileSync(source, runs.map(run => `${JSON.stringify(run)}\n`).join(''));
  const making = `${file}.making`;
  rmSync(making, { force: true });
  await runScript([fileURLToPath(new URL('lib/fill_mlflow.py', import.meta.url)), making, source], {});
  cpSync(making, file);
  rmSync(making);
  return file;
}
