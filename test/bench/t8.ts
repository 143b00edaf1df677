import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openEngine, openMlflow, type Arm } from './lib/arms.ts';
import { keys, logLongSeries, mlflowWithLongSeries, points, spikesIn } from './lib/long-series.ts';
import { loopLine, openLoops, watchLoop } from './lib/loop-delay.ts';
import { printMachine } from './lib/machine.ts';
import { benchOptions } from './lib/options.ts';
import { printRatio } from './lib/report.ts';
import { interleaved, type Measured } from './lib/rounds.ts';
import { storedPoints } from './lib/rest.ts';
import { line } from './lib/statistics.ts';

const series = 10;
const shownPoints = 2000;

interface Answer {
  bytes: number;
  /** Values, or keys, that came. */
  shown: number;
  spikes: number;
}
interface Work {
  name: string;
  title: string;
  goal: number;
  ask: (arm: Arm, runs: Runs) => Promise<Answer>;
  check?: (ours: Answer) => boolean;
}
/** `mlflow server` has one long series: ten would take it minutes to read. */
type Runs = { long: readonly string[]; wide: string };

const works: readonly Work[] = [
  {
    name: 'chart',
    title: 'chart of 1 series x 1,000,000, the call of MLflow’s page',
    goal: 10,
    ask: (arm, { long }) => interval(arm, long.slice(0, 1)),
    check: ({ spikes }) => spikes === 10,
  },
  {
    name: 'ten',
    title: 'chart of 10 series x 1,000,000 (MLflow: of one)',
    goal: 10,
    ask: (arm, { long }) => (long.length > 1 ? history(arm, long) : interval(arm, long)),
    check: ({ spikes }) => spikes === 10 * series,
  },
  {
    name: 'zoom',
    title: 'a tenth of the steps of 1 series x 1,000,000',
    goal: 10,
    ask: (arm, { long }) => interval(arm, long.slice(0, 1), { start_step: '500000', end_step: '599999' }),
    check: ({ spikes }) => spikes === 1,
  },
  {
    name: 'wide',
    title: '1 run x 10,000 keys, whole',
    goal: 10,
    ask: wideRun,
    check: ({ shown }) => shown === keys,
  },
];

/**
 * T8: what a server does for a chart of a million points, and for a run with ten thousand keys: time, bytes, and how many of the ten
 * planted spikes, one point wide each, are in what it sends.
 */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 11, seconds: 1 });
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-t8-'));
  const closing: (() => Promise<void>)[] = [];
  try {
    await printMachine();
    const ours = await openEngine(dir, 'full', watchLoop(dir));
    closing.push(ours.close);
    const loops = openLoops(dir, ours);
    closing.push(loops.close);
    const began = performance.now();
    const ourRuns = await logLongSeries(ours, series);
    const seconds = (performance.now() - began) / 1000;
    console.log(`${series} x ${points} points and ${keys} keys logged in ${seconds.toFixed(1)} s`);
    const stored = await storedPoints(ours, ourRuns.long[0]!, 'loss');
    if (stored !== points) throw new Error(`${stored} of ${points} points are stored.`);
    const filled = await mlflowWithLongSeries();
    const rival = await openMlflow(dir, filled.database);
    closing.push(rival.close);
    const runsOf = (arm: Arm): Runs => (arm === ours ? ourRuns : { long: [filled.long], wide: filled.wide });
    for (const { name, title, goal, ask, check } of works) {
      const answers = new Map<string, Answer>();
      const measure = async (arm: Arm): Promise<Measured> => {
        const started = performance.now();
        const answer = await ask(arm, runsOf(arm));
        answers.set(arm.name, answer);
        return { rate: 1000 / (performance.now() - started), n: answer.shown, verified: true };
      };
      await loops.read();
      await measure(ours);
      console.log(
        `\n${title}: the first time ${(await loops.read()).engine.maxMs.toFixed(1)} ms of the event loop at most`,
      );
      const measured = await interleaved(`t8-${name}`, [ours, rival], { rounds, measure });
      for (const arm of [ours, rival]) {
        const { bytes, shown, spikes } = answers.get(arm.name)!;
        const ms = measured.get(arm.name)!.map(({ rate }) => 1000 / rate);
        console.log(line(arm.name, ms, 'ms'));
        console.log(`  ${(bytes / 1024).toFixed(0)} KiB, ${shown} shown${name === 'wide' ? '' : `, ${spikes} spikes`}`);
      }
      printRatio(`T8 ${title}`, measured, { ours, theirs: rival, goal });
      if (check && !check(answers.get(ours.name)!)) throw new Error(`${title}: something is missing in our answer.`);
      console.log(loopLine(await loops.read()));
    }
  } finally {
    for (const close of closing.toReversed()) await close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The call that MLflow's own page makes for a chart. */
async function interval(arm: Arm, runIds: readonly string[], steps: Record<string, string> = {}): Promise<Answer> {
  const query = new URLSearchParams([
    ...runIds.map(runId => ['run_ids', runId] as [string, string]),
    ['metric_key', 'loss'],
    ['max_results', '2500'],
    ...Object.entries(steps),
  ]);
  const { text: body, json } = await get(arm, `/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?${query}`);
  const shown = (json as { metrics: { step: number; value: unknown }[] }).metrics;
  return { bytes: body.length, shown: shown.length, spikes: spikesIn(shown) };
}

/** Our own call, for each of the series at the same time: as the companion's page asks. */
async function history(arm: Arm, runIds: readonly string[]): Promise<Answer> {
  const answers = await Promise.all(
    runIds.map(async runId => {
      const input = JSON.stringify({ runId, key: 'loss', maxPoints: shownPoints });
      const { text: body, json } = await get(arm, `/rpc/metrics.history?input=${encodeURIComponent(input)}`);
      const shown = (json as { result: { data: { points: { step: number; value: unknown }[] } } }).result.data.points;
      return { bytes: body.length, shown: shown.length, spikes: spikesIn(shown) };
    }),
  );
  const sum = (of: (answer: Answer) => number) => answers.reduce((total, answer) => total + of(answer), 0);
  return { bytes: sum(({ bytes }) => bytes), shown: sum(({ shown }) => shown), spikes: sum(({ spikes }) => spikes) };
}

async function wideRun(arm: Arm, { wide }: Runs): Promise<Answer> {
  const { text: body, json } = await get(arm, `/api/2.0/mlflow/runs/get?run_id=${wide}`);
  const { metrics } = (json as { run: { data: { metrics: object[] } } }).run.data;
  return { bytes: body.length, shown: metrics.length, spikes: 0 };
}

/** Over a connection of its own: between the rounds a server may close one that nobody uses. */
async function get(arm: Arm, path: string): Promise<{ text: string; json: unknown }> {
  const headers: Record<string, string> = arm.token ? { authorization: `Bearer ${arm.token}` } : {};
  const request = httpGet(`${arm.url}${path}`, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const body = await text(response);
  if (response.statusCode !== 200)
    throw new Error(`${arm.name}: ${path.slice(0, 80)}: ${response.statusCode} ${body.slice(0, 300)}`);
  return { text: body, json: JSON.parse(body) };
}
