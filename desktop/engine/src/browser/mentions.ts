import { mentionsIn, sameHandle } from '@benchmate/shared/domain/mention';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import type { Mention } from '../features/inbox/mention-items.ts';
import type { NotesService } from '../features/notes/service.ts';
import type { ReviewsService } from '../features/reviews/service.ts';

interface Parts {
  projects: () => readonly { projectId: string }[];
  notes: Pick<NotesService, 'list'>;
  reviews: Pick<ReviewsService, 'threads'>;
}

/** Notes and comments with one of these handles, read through: a browser keeps no index. */
export function mentionsOf(handles: readonly string[], { projects, notes, reviews }: Parts): Mention[] {
  const wanted = new Set(handles);
  const names = (text: string) => mentionsIn(text).some(handle => wanted.has(sameHandle(handle)));
  const inNotes = notes
    .list()
    .filter(({ body }) => names(body))
    .map(({ noteId, projectId, title, author, createdAt }) => ({
      kind: 'note' as const,
      projectId,
      itemId: noteId,
      threadId: null,
      title,
      author,
      at: createdAt,
    }));
  const inComments = projects()
    .flatMap(({ projectId }) => reviews.threads({ projectId }))
    .flatMap(thread =>
      thread.comments
        .filter(({ body }) => names(body))
        .map(({ commentId, author, at }) => ({
          kind: 'comment' as const,
          projectId: thread.projectId,
          itemId: commentId,
          threadId: thread.threadId,
          title: threadPlace(thread),
          author,
          at,
        })),
    );
  return [...inNotes, ...inComments];
}
