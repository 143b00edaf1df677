import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

const { seed, limitMs } = workerData as { seed: Int32Array; limitMs: number };

for (;;) {
  const number = Atomics.load(seed, 0);
  if (Atomics.wait(seed, 0, number, limitMs) !== 'timed-out') continue;
  writeSync(
    1,
    `seed ${number}: P8: not over after ${limitMs / 1000} s. Again: npm run sim -- --seed ${number} --trace\n`,
  );
  process.kill(process.pid, 'SIGKILL');
}
