/** The thread of one long task: its own connections, so that whoever logs or reads meanwhile does not wait. */
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorShape, type ErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { BackupResult, CheckResult } from '@benchmate/shared/domain/store-task';
import { openSecond } from '../../storage/second-connection.ts';
import { makeBackup, type BackupOrder } from './backup.ts';
import { checkStore } from './check.ts';
import { quickCheck } from './check-tables.ts';
import type { Progress } from '../../host/progress.ts';
import { rewriteDatabase } from './rewrite.ts';
import { storeFiles } from './store-files.ts';

export type WorkerOrder = { kind: 'check' | 'pages' | 'rewrite'; dataDir: string } | ({ kind: 'backup' } & BackupOrder);
export type WorkerMessage =
  | { type: 'progress'; step: string; done: number; total: number }
  | { type: 'done'; result: CheckResult | BackupResult | null }
  | { type: 'failed'; error: ErrorShape };

const control = new AbortController();
const port = parentPort!;
port.on('message', () => control.abort());
const post = (message: WorkerMessage) => port.postMessage(message);

let lastTold = 0;
const progress: Progress = {
  signal: control.signal,
  tell: (step, done, total) => {
    if (performance.now() - lastTold < 50 && done > 0) return;
    lastTold = performance.now();
    post({ type: 'progress', step, done, total });
  },
};

try {
  post({ type: 'done', result: await work(workerData as WorkerOrder) });
} catch (error) {
  post({ type: 'failed', error: toErrorShape(error) });
}
port.close();

async function work(order: WorkerOrder): Promise<CheckResult | BackupResult | null> {
  switch (order.kind) {
    case 'backup':
      return makeBackup(order, progress);
    case 'rewrite':
      rewriteDatabase(order.dataDir);
      return null;
    case 'pages': {
      const db = openSecond(storeFiles(order.dataDir).database, { readonly: true });
      try {
        quickCheck(db);
        return null;
      } finally {
        db.close();
      }
    }
    case 'check': {
      const db = openSecond(storeFiles(order.dataDir).database, { readonly: true });
      try {
        return await checkStore(db, order.dataDir, progress);
      } finally {
        db.close();
      }
    }
  }
}
