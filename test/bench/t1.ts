import { withFiveArms } from './lib/five-arms.ts';
import { printMachine } from './lib/machine.ts';
import { benchOptions } from './lib/options.ts';
import { printRates, printRatio } from './lib/report.ts';
import { interleaved } from './lib/rounds.ts';
import { openStockClients } from './lib/stock-clients.ts';

/** About what a null server answers in a second through this client. */
const callsPerSecond = 400;

/** T1: `log_metric` of the unmodified MLflow client, one call after the other. */
export async function bench(): Promise<void> {
  const { rounds, seconds } = benchOptions({ rounds: 11, seconds: 1 });
  await printMachine();
  await withFiveArms({ parse: false }, async ({ normal, full, limit, syncedLimit, rival, all }) => {
    const clients = await openStockClients(all);
    try {
      const n = Math.ceil(callsPerSecond * seconds);
      for (const arm of all) await clients.measure(arm, { command: 'metrics', n: 50 }); // warm-up
      const measured = await interleaved('t1', all, {
        rounds,
        measure: arm => clients.measure(arm, { command: 'metrics', n }),
      });
      printRates(all, measured, 'calls/s');
      printRatio('T1 NORMAL against mlflow server', measured, { ours: normal, theirs: rival, goal: 6 });
      printRatio('T1 FULL against mlflow server', measured, { ours: full, theirs: rival, goal: 4.8 });
      printRatio('T1 NORMAL, share of the null server', measured, { ours: normal, theirs: limit, goal: 0.93 });
      printRatio('T1 FULL, share of the null server', measured, { ours: full, theirs: limit, goal: 0.75 });
      printRatio('FULL, share of the null server that syncs', measured, { ours: full, theirs: syncedLimit, goal: 0.9 });
    } finally {
      await clients.close();
    }
  });
}
