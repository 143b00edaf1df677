import { withFiveArms } from './lib/five-arms.ts';
import { openHttpLoad } from './lib/http-load.ts';
import { printMachine } from './lib/machine.ts';
import { benchOptions } from './lib/options.ts';
import { printRates, printRatio, printShare } from './lib/report.ts';
import { interleaved } from './lib/rounds.ts';

/** T2: `log-metric` over raw HTTP, eight keep-alive connections that each send the next point when the last was acknowledged. */
export async function bench(): Promise<void> {
  const { rounds, seconds } = benchOptions({ rounds: 11, seconds: 4 });
  const kind = 'log-metric';
  const load = openHttpLoad();
  try {
    await printMachine();
    await withFiveArms(
      { parse: true, watch: true },
      async ({ normal, full, limit, syncedLimit, rival, all, loops }) => {
        for (const arm of all) await load.measure(arm, { kind, connections: 8, seconds: 1 }); // warm-up
        const measured = await interleaved('t2', all, {
          rounds,
          measure: arm => loops.watch(arm, () => load.measure(arm, { kind, connections: 8, seconds })),
        });
        printRates(all, measured, 'calls/s');
        printRatio('T2 NORMAL against mlflow server', measured, { ours: normal, theirs: rival, goal: 100 });
        printRatio('T2 FULL against mlflow server', measured, { ours: full, theirs: rival, goal: 60 });
        for (const ours of [normal, full])
          printRatio(`T2 p99 of ${ours.name}`, measured, {
            ours,
            theirs: rival,
            goal: 0.02,
            atMost: true,
            pick: 'p99Us',
          });
        printShare(measured, normal, limit);
        printShare(measured, full, syncedLimit);
        loops.print();
      },
    );
  } finally {
    await load.close();
  }
}
