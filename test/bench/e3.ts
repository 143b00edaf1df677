import { withFiveArms } from './lib/five-arms.ts';
import { printMachine } from './lib/machine.ts';
import { benchOptions } from './lib/options.ts';
import { printRates, printRatio, printShare } from './lib/report.ts';
import { interleaved } from './lib/rounds.ts';
import { openStockClients } from './lib/stock-clients.ts';

const runsPerSecond = 3;

/** E3: a small run through the unmodified MLflow client: 20 params, 100 calls of `log_metric`, a file of 1 MB, the end. */
export async function bench(): Promise<void> {
  const { rounds, seconds } = benchOptions({ rounds: 11, seconds: 1 });
  await printMachine();
  await withFiveArms({ parse: false }, async ({ normal, full, limit, rival, all }) => {
    const clients = await openStockClients(all);
    try {
      const n = Math.ceil(runsPerSecond * seconds);
      for (const arm of all) await clients.measure(arm, { command: 'runs', n: 1 }); // warm-up
      const measured = await interleaved('e3', all, {
        rounds,
        measure: arm => clients.measure(arm, { command: 'runs', n }),
      });
      printRates(all, measured, 'runs/s', 2);
      printRatio('E3 FULL against mlflow server', measured, { ours: full, theirs: rival, goal: 4 });
      printRatio('E3 NORMAL against mlflow server', measured, { ours: normal, theirs: rival, goal: 4 });
      printShare(measured, full, limit);
    } finally {
      await clients.close();
    }
  });
}
