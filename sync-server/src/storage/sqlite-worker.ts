// The thread that owns the SQLite file: a slow disk holds up acknowledgements, never what people see of each other.
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
  let replies: StorageReply[] = [];
  const reply = (answer: StorageReply) => {
    if (replies.push(answer) > 1) return;
    setImmediate(() => {
      tell(replies);
      replies = [];
    });
  };
  const tell = (told: StorageReply[]) => {
    const { failure } = storage;
    say({ replies: told, failure: failure && toErrorShape(failure) });
  };
  storage.onFailure(() => tell([]));
  parentPort?.on('message', (calls: readonly StorageCall[]) => {
    for (const { id, part, method, args } of calls) {
      const target = (part === 'storage' ? storage : storage[part]) as unknown as Methods;
      target[method]!(...args).then(
        result => reply({ id, result }),
        error => reply({ id, error: toErrorShape(error) }),
      );
    }
  });
}

type Methods = Record<string, (...args: readonly unknown[]) => Promise<unknown>>;
