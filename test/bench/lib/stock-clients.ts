import { fileURLToPath } from 'node:url';
import { clientEnv } from '../../support/mlflow-engine.ts';
import { mlflowPython } from '../../support/python.ts';
import type { Arm } from './arms.ts';
import { endGroup, obeying, spawnPinned } from './pinned.ts';
import type { Measured } from './rounds.ts';

export type StockCommand = 'metrics' | 'batches' | 'runs';

export interface StockClients {
  /** `n` calls (or runs) of one command; `per` is how many things each of them counts for. */
  measure: (arm: Arm, order: { command: StockCommand; n: number; per?: number }) => Promise<Measured>;
  close: () => Promise<void>;
}

const script = fileURLToPath(new URL('../processes/stock_client.py', import.meta.url));

/** The unmodified MLflow client: one Python process for each server, that stays, so that no round pays for imports. */
export async function openStockClients(arms: readonly Arm[]): Promise<StockClients> {
  const python = await mlflowPython();
  const clients = new Map(
    arms.map(({ name, url, token, keeps }) => {
      const env = { ...process.env, ...clientEnv(url, token) };
      const child = spawnPinned(1, [python, script, keeps ? 'keeps' : 'forgets'], { env });
      return [name, { child, order: obeying(child) }];
    }),
  );
  return {
    measure: async (arm, { command, n, per = 1 }) => {
      const done = await clients.get(arm.name)!.order<{ seconds: number; stored: number }>([command, n]);
      if (done.stored !== n * per) throw new Error(`${arm.name} keeps ${done.stored} of ${n * per}.`);
      return { rate: (n * per) / done.seconds, n: n * per, verified: arm.keeps };
    },
    close: async () => {
      for (const { child } of clients.values()) await endGroup(child);
    },
  };
}
