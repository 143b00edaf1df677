import { minutesText, minutesTitle, reviewAgenda, type ReviewAgenda } from '../diff/review-minutes.ts';
import { linkTarget } from '../domain/bench-link.ts';
import type { ModelReview } from '../domain/model-review.ts';
import type { Note } from '../domain/note.ts';
import type { Thread } from '../domain/review.ts';
import type { EngineClient } from './engine.ts';

type Calls = Pick<EngineClient, 'notes' | 'reviews'>;

/** What a session about a version goes through. */
export async function agendaOf({ reviews }: Pick<Calls, 'reviews'>, review: ModelReview): Promise<ReviewAgenda> {
  const { projectId } = review;
  const threads: Thread[] = projectId === null ? [] : await reviews.threads.query({ projectId });
  return reviewAgenda(review, threads);
}

/** The note of today's session in a project, begun with the agenda if nobody has begun it yet (`isNew`). */
export async function openMinutes(
  { notes, reviews }: Calls,
  review: ModelReview,
  projectId: string,
): Promise<{ note: Note; isNew: boolean }> {
  const title = minutesTitle(review, new Date());
  const begun = (await notes.list.query({ projectId })).find(known => known.title === title);
  if (begun) return { note: begun, isNew: false };
  const about = `model:${review.model}`;
  const note = await notes.create.mutate({
    projectId,
    title,
    body: minutesText(review, await agendaOf({ reviews }, review)),
    // A name that no link can say is written in the title alone.
    ...(linkTarget(about) === about && { about }),
  });
  return { note, isNew: true };
}
