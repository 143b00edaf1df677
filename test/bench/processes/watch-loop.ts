// Preloaded into the engine: writes how long its event loop was held up, whenever it is asked by SIGUSR2, and begins anew.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const file = process.env['BENCHMATE_BENCH_LOOP'];
if (isMainThread && file) {
  const resolutionMs = 2;
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  setInterval(() => {
    writeFileSync(
      `${file}.part`,
      JSON.stringify({ maxMs: delays.max / 1e6 - resolutionMs, p99Ms: delays.percentile(99) / 1e6 - resolutionMs }),
    );
    renameSync(`${file}.part`, file); // whoever reads it finds it whole
  }, 50).unref();
  process.on('SIGUSR2', () => delays.reset());
}
