import { fileURLToPath } from 'node:url';
import type { Arm } from './arms.ts';
import { pointsPerBatch, type Load, type Loaded } from './load-order.ts';
import { endGroup, obeying, spawnPinned } from './pinned.ts';
import { newRun, storedPoints } from './rest.ts';
import type { Measured } from './rounds.ts';

export interface HttpLoad {
  /** One round on a run of its own; afterwards the stored points are counted. */
  measure: (arm: Arm, load: Pick<Load, 'kind' | 'connections' | 'seconds'>) => Promise<Measured>;
  close: () => Promise<void>;
}

/** More than any server answers in a second, so that a round ends by the clock; ready-made bodies take memory. */
const batchesPerSecond = 500;
const slowBatchesPerSecond = 50;

/** The client of raw HTTP, a process of its own. */
export function openHttpLoad(): HttpLoad {
  const client = spawnPinned(1, [process.execPath, fileURLToPath(new URL('../processes/load.ts', import.meta.url))]);
  const order = obeying(client);
  return {
    measure: async (arm, { kind, connections, seconds }) => {
      const { url, token } = arm;
      const runId = await newRun(arm);
      const most = arm.name.startsWith('mlflow') ? slowBatchesPerSecond : batchesPerSecond;
      const batches = Math.ceil(seconds * most);
      const done = await order<Loaded>({ url, token, runId, kind, connections, seconds, batches } satisfies Load);
      const { answered, seconds: took, ...latency } = done;
      const points = answered * (kind === 'log-metric' ? 1 : pointsPerBatch);
      if (arm.keeps) await verify(arm, runId, kind, { answered, points });
      return { rate: points / took, n: points, verified: arm.keeps, ...latency };
    },
    close: () => endGroup(client),
  };
}

/** A fast server that drops is no fast server. */
async function verify(
  arm: Arm,
  runId: string,
  kind: Load['kind'],
  { answered, points }: { answered: number; points: number },
): Promise<void> {
  const keys = kind === 'many-keys' ? ['layer.0.gradient_norm', `layer.${pointsPerBatch - 1}.gradient_norm`] : ['loss'];
  const expected = kind === 'many-keys' ? answered : points;
  for (const key of keys) {
    const stored = await storedPoints(arm, runId, key);
    if (stored !== expected) throw new Error(`${arm.name} keeps ${stored} points of ${expected}.`);
  }
}
