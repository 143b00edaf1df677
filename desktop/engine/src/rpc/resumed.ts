import type { Announcement } from '@benchmate/shared/protocol/contract';
import { AnnouncementsMissed } from '../host/announcer.ts';

/** What one frame of a subscription says: an announcement, or that some were missed and the state must be read again. */
export interface Frame {
  id: string;
  message: { data: unknown } | { missed: true };
}

/**
 * The announcements of a stream that may be resumed. When those after `lastId` are not known any more (the engine was
 * restarted, or the client was away for too long) the client is told first; it already listens by then, so nothing falls
 * between what it reads again and what is announced next.
 */
export async function* resumed(
  open: (lastId: string | undefined) => AsyncIterable<Announcement<unknown>>,
  lastId: string | undefined,
): AsyncGenerator<Frame> {
  try {
    for await (const { id, data } of open(lastId)) yield { id, message: { data } };
    return;
  } catch (error) {
    if (lastId === undefined || !(error instanceof AnnouncementsMissed)) throw error;
  }
  const stream = open(undefined)[Symbol.asyncIterator]();
  const first = stream.next();
  try {
    yield { id: lastId, message: { missed: true } };
    for (let next = await first; !next.done; next = await stream.next())
      yield { id: next.value.id, message: { data: next.value.data } };
  } finally {
    await stream.return?.();
  }
}
