// Preloaded into the engine: writes how long its event loop was held up, whenever it is asked by SIGUSR2, and begins anew.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const file = process.env['BENCHMATE_BENCH_LOOP'];
if (isMainThread && file) {
  const resolutionMs = 2;
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let ownMs = 0;
  let before = process.threadCpuUsage();
  // Late by as long as the loop is held up: what its thread computed in between is its own part of that.
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    ownMs = Math.max(ownMs, (user + system) / 1000);
  }, resolutionMs).unref();
  setInterval(() => {
    const [maxMs, p99Ms] = [delays.max, delays.percentile(99)].map(ns => ns / 1e6 - resolutionMs);
    writeFileSync(`${file}.part`, JSON.stringify({ maxMs, p99Ms, ownMs }));
    renameSync(`${file}.part`, file); // whoever reads it finds it whole
  }, 50).unref();
  process.on('SIGUSR2', () => {
    delays.reset();
    ownMs = 0;
  });
}
