import { Worker } from 'node:worker_threads';
import { BenchmateError, fromErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { Progress } from '../../host/progress.ts';
import type { WorkerMessage, WorkerOrder } from './worker.ts';

type Result = Extract<WorkerMessage, { type: 'done' }>['result'];

/** Runs one order in a thread of its own. Rejects with its coded error, also when the thread dies. */
export function runInWorker(main: string, order: WorkerOrder, progress: Progress): Promise<Result> {
  const worker = new Worker(main, { workerData: order, name: `store ${order.kind}` });
  const abort = () => worker.postMessage('cancel', []);
  progress.signal.addEventListener('abort', abort, { once: true });
  return new Promise<Result>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'progress') progress.tell(message.step, message.done, message.total);
      else if (message.type === 'done') resolve(message.result);
      else reject(fromErrorShape(message.error));
    });
    worker.once('error', reject);
    worker.once('exit', () =>
      reject(new BenchmateError('INTERNAL', 'The thread of the task ended without a result.', 'Begin it again.')),
    );
  }).finally(() => progress.signal.removeEventListener('abort', abort));
}
