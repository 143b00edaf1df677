import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Comment, SuggestedChange, Thread } from '@benchmate/shared/domain/review';
import { suggestedEdit, suggestionIn, withEdit } from '@benchmate/shared/documents/suggestion';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { readProjectFile } from './project-files.ts';
import type { ReviewsService } from './service.ts';
import type { ThreadPlaces } from './thread-places.ts';

export interface SuggestionsParts {
  reviews: ReviewsService;
  places: ThreadPlaces;
  /** A reader, or a crash, finds the old content or the new one. */
  replaceFile: (path: string, content: string) => Promise<void>;
}

interface Wanted {
  threadId: string;
  /** The last comment that suggests something, unless it is said. */
  commentId?: string | undefined;
}

interface Found {
  change: SuggestedChange;
  comment: Comment;
  file: string;
  text: string;
}

/** Changes that comments suggest, made in the files of a project's folder on this machine. */
export class Suggestions {
  readonly #parts: SuggestionsParts;
  /** One file is read, changed and written at a time: of two changes at once none undoes the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: SuggestionsParts) {
    this.#parts = parts;
  }

  async preview(wanted: Wanted): Promise<SuggestedChange> {
    return (await this.#find(wanted)).change;
  }

  /** Refused before anything is written where the text has changed, or where this person may not write. */
  apply(wanted: Wanted): Promise<{ change: SuggestedChange; thread: Thread }> {
    const applied = this.#last.then(() => this.#apply(wanted));
    this.#last = applied.catch(() => {});
    return applied;
  }

  async #apply(wanted: Wanted): Promise<{ change: SuggestedChange; thread: Thread }> {
    const { threadId } = wanted;
    this.#parts.reviews.checkWritable(threadId);
    const { change, comment, file, text } = await this.#find(wanted);
    await this.#parts.replaceFile(file, text);
    await this.#parts.reviews.reply(threadId, `Applied the suggestion of ${comment.author.name}.`);
    return { change, thread: await this.#parts.reviews.resolve(threadId, true) };
  }

  async #find({ threadId, commentId }: Wanted): Promise<Found> {
    const { placed, dir } = await this.#parts.places.of(this.#parts.reviews.thread(threadId));
    const { thread, path, state } = placed;
    const { comment, suggestion } = suggested(thread, commentId);
    if (dir === null)
      throw new BenchmateError(
        'CONFLICT',
        'The files of this project are not on this device.',
        'Open its folder here, or make the change on the machine that has it.',
      );
    if (state === 'file-gone' || state === 'unknown')
      throw new BenchmateError(
        'CONFLICT',
        `The file of the thread, ${path}, is not in the project’s folder now.`,
        'Check the branch out that has it.',
      );
    if (path.endsWith('.ipynb'))
      throw new BenchmateError(
        'BAD_REQUEST',
        `${path} is a notebook: its text is not the file’s text.`,
        'Make the change in the cell.',
      );
    const file = await insideOf(dir, path);
    const { text = null, isWhole = false } = (await readProjectFile(dir, path)) ?? {};
    if (text !== null && !isWhole)
      throw new BenchmateError(
        'BAD_REQUEST',
        `${path} is not UTF-8 text: written back, it would be another file.`,
        'Make the change by hand.',
      );
    if (text === null)
      throw new BenchmateError('BAD_REQUEST', `${path} is too long to be changed here.`, 'Make the change by hand.');
    const edit = suggestedEdit(text, thread.anchor, suggestion);
    const { before, after } = edit;
    const change = { commentId: comment.commentId, path, line: edit.line + 1, before, after };
    return { change, comment, file, text: withEdit(text, edit) };
  }
}

/** A link that leads out of the project is not followed, and git's own files are nobody's text: a teammate may have named them. */
async function insideOf(dir: string, path: string): Promise<string> {
  const [root, file] = await Promise.all([realpath(dir), realpath(join(dir, path))]);
  if (!file.startsWith(root + sep))
    throw new BenchmateError('FORBIDDEN', `${path} is a link out of the project.`, 'Make the change by hand.');
  if (
    file
      .slice(root.length)
      .split(sep)
      .some(part => part.toLowerCase() === '.git')
  )
    throw new BenchmateError('FORBIDDEN', `${path} belongs to git.`, 'Leave it as it is.');
  return file;
}

function suggested({ comments }: Thread, wanted: string | undefined): { comment: Comment; suggestion: string } {
  for (const comment of comments.toReversed()) {
    const suggestion = suggestionIn(comment.body);
    if (suggestion !== null && (wanted === undefined || comment.commentId === wanted)) return { comment, suggestion };
  }
  throw new BenchmateError(
    'NOT_FOUND',
    'Nothing is suggested there.',
    'A suggestion is a block that begins with ```suggestion and ends with ```.',
  );
}
