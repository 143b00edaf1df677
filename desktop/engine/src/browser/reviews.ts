import type { Thread } from '@benchmate/shared/domain/review';
import type { Announcement, Handlers } from '@benchmate/shared/protocol/contract';
import type { reviews } from '@benchmate/shared/protocol/reviews';
import type { ReviewsService } from '../features/reviews/service.ts';

/** Threads without a folder: they stand where they stood. */
export const reviewsIn = (service: ReviewsService): Partial<Handlers<typeof reviews>> => ({
  threads: input => service.threads(input),
  thread: ({ threadId }) => service.thread(threadId),
  start: input => service.start(input),
  reply: ({ threadId, body }) => service.reply(threadId, body),
  resolve: ({ threadId, resolved }) => service.resolve(threadId, resolved),
  react: input => service.react(input),
  changes: ({ projectId }, signal, lastId) => only(service.announcer.subscribe(signal, lastId), projectId),
});

async function* only(
  all: AsyncIterable<Announcement<Thread>>,
  projectId: string | undefined,
): AsyncGenerator<Announcement<Thread>> {
  for await (const each of all) if (projectId === undefined || each.data.projectId === projectId) yield each;
}
