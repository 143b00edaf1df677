import { withFiveArms, type FiveArms } from './lib/five-arms.ts';
import { openHttpLoad } from './lib/http-load.ts';
import { pointsPerBatch, type Load } from './lib/load-order.ts';
import { printMachine } from './lib/machine.ts';
import { benchOptions } from './lib/options.ts';
import { printRates, printRatio, printShare } from './lib/report.ts';
import { interleaved } from './lib/rounds.ts';
import { openStockClients } from './lib/stock-clients.ts';

const shapes: readonly { kind: Load['kind']; what: string }[] = [
  { kind: 'one-key', what: '1 metric x 1,000 steps' },
  { kind: 'many-keys', what: '1,000 metrics x 1 step' },
];
/** As in T2: batches that come together share a commit, at every server that has group commits. */
const connections = 8;

/** T3: `log-batch` of 1,000 points, made ready before the clock starts: over raw HTTP, then through the unmodified MLflow client. */
export async function bench(): Promise<void> {
  const { rounds, seconds } = benchOptions({ rounds: 11, seconds: 3 });
  const load = openHttpLoad();
  try {
    await printMachine();
    await withFiveArms(
      { parse: true, watch: true },
      async ({ normal, full, limit, syncedLimit, rival, all, loops }) => {
        for (const { kind, what } of shapes) {
          console.log(`\n${what}, ${connections} connections`);
          for (const arm of all) await load.measure(arm, { kind, connections, seconds: 1 }); // warm-up
          const measured = await interleaved(`t3-${kind}`, all, {
            rounds,
            measure: arm => loops.watch(arm, () => load.measure(arm, { kind, connections, seconds })),
          });
          printRates(all, measured, 'points/s');
          printRatio('T3 NORMAL against mlflow server', measured, { ours: normal, theirs: rival, goal: 40 });
          printRatio('T3 FULL against mlflow server', measured, { ours: full, theirs: rival, goal: 25 });
          printShare(measured, normal, limit);
          printShare(measured, full, syncedLimit);
          loops.print();
        }
        await throughClient(rounds, seconds, { normal, full, limit, rival, all });
      },
    );
  } finally {
    await load.close();
  }
}

async function throughClient(
  rounds: number,
  seconds: number,
  { normal, full, limit, rival, all }: Omit<FiveArms, 'syncedLimit' | 'loops'>,
): Promise<void> {
  console.log('\n1 metric x 1,000 steps, through the stock client');
  const clients = await openStockClients(all);
  const per = pointsPerBatch;
  try {
    for (const arm of all) await clients.measure(arm, { command: 'batches', n: 2, per }); // warm-up
    const measured = await interleaved('t3-client', all, {
      rounds,
      measure: arm => clients.measure(arm, { command: 'batches', n: Math.ceil(10 * seconds), per }),
    });
    printRates(all, measured, 'points/s');
    printRatio('T3 client NORMAL against mlflow server', measured, { ours: normal, theirs: rival, goal: 7 });
    printRatio('T3 client FULL against mlflow server', measured, { ours: full, theirs: rival, goal: 7 });
    printShare(measured, normal, limit);
  } finally {
    await clients.close();
  }
}
