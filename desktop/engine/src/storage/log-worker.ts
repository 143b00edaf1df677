/** The thread that moves the log into the database: it waits for the disk, so that nobody else has to. */
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { LogAnswer, LogOrder } from './log-thread.ts';
import { openSecond } from './second-connection.ts';

const port = parentPort!;
const db = openSecond((workerData as { file: string }).file, { readonly: false });
db.pragma('wal_autocheckpoint = 0');
const passive = db.prepare('PRAGMA wal_checkpoint(PASSIVE)').raw();
const truncate = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').raw();

port.on('message', (order: LogOrder) => port.postMessage(work(order)));

function work(order: LogOrder): LogAnswer {
  try {
    const moved = isMoved(order === 'empty' ? truncate.get() : passive.get());
    return { moved: moved && (order !== 'renew' || beginsAnew()) };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY') return { moved: false };
    return { error: toErrorShape(error) };
  }
}

/** Any write begins the log anew when all of it is moved, and syncs its new header: so this thread waits for that too. */
function beginsAnew(): boolean {
  db.pragma(`user_version = ${String(db.pragma('user_version', { simple: true }))}`);
  const [, pages] = passive.get() as [busy: number, pages: number, moved: number];
  return pages <= 1;
}

function isMoved(answer: unknown): boolean {
  const [busy, pages, moved] = answer as [busy: number, pages: number, moved: number];
  return busy === 0 && pages === moved;
}
