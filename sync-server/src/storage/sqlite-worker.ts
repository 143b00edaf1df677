// The thread for everything in the SQLite file that takes long or comes rarely: reading documents, compaction, facts, moving the log.
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { SqliteStorage } from './sqlite.ts';
import type { FromSqliteThread, SqliteThreadData, StorageCall, StorageReply } from './sqlite-thread-wire.ts';

const say = (message: FromSqliteThread) => parentPort?.postMessage(message, []);

try {
  const { dataDir, maxBytes } = workerData as SqliteThreadData;
  serve(new SqliteStorage(dataDir, maxBytes ?? undefined));
  say({ opened: true });
} catch (error) {
  say({ refused: toErrorShape(error) });
}

function serve(storage: SqliteStorage): void {
  const answer = ({ part, method, args }: StorageCall): Promise<StorageReply> => {
    const target = (part === 'storage' ? storage : storage[part]) as unknown as Methods;
    return target[method]!(...args).then(
      result => ({ result }),
      error => ({ error: toErrorShape(error) }),
    );
  };
  parentPort?.on('message', (calls: readonly StorageCall[]) => {
    void Promise.all(calls.map(answer)).then(replies => say({ replies }));
  });
}

type Methods = Record<string, (...args: readonly unknown[]) => Promise<unknown>>;
