import type { Announcement, Handlers } from '@benchmate/shared/protocol/contract';
import type { Thread } from '@benchmate/shared/domain/review';
import type { reviews } from '@benchmate/shared/protocol/reviews';
import type { ReviewsService } from './service.ts';
import type { Suggestions } from './suggestions.ts';
import type { ThreadPlaces } from './thread-places.ts';

export function reviewsHandlers(
  service: ReviewsService,
  places: ThreadPlaces,
  suggestions: Suggestions,
): Handlers<typeof reviews> {
  return {
    threads: input => service.threads(input),
    thread: ({ threadId }) => service.thread(threadId),
    placed: input => places.placed(input),
    start: input => service.start(input),
    reply: ({ threadId, body }) => service.reply(threadId, body),
    resolve: ({ threadId, resolved }) => service.resolve(threadId, resolved),
    suggestion: input => suggestions.preview(input),
    applySuggestion: input => suggestions.apply(input),
    react: input => service.react(input),
    changes: ({ projectId }, signal, lastId) => only(service.announcer.subscribe(signal, lastId), projectId),
  };
}

async function* only(
  all: AsyncIterable<Announcement<Thread>>,
  projectId?: string,
): AsyncGenerator<Announcement<Thread>> {
  for await (const announcement of all)
    if (projectId === undefined || announcement.data.projectId === projectId) yield announcement;
}
