import type { ModelReview } from '../domain/model-review.ts';
import type { Thread } from '../domain/review.ts';
import { threadPlace } from '../domain/thread-place.ts';
import { targetSentence } from './review-target-text.ts';

/** What a meeting about a version has to go through. */
export interface ReviewAgenda {
  /** What promotions still need, and who was asked and has not answered. */
  verdicts: string[];
  /** Parts that are other than at one's last review, else all. */
  parts: string[];
  threads: { threadId: string; text: string }[];
}

export function reviewAgenda(review: ModelReview, threads: readonly Thread[]): ReviewAgenda {
  const { version, targets, parts, openThreads } = review;
  const asking = version.requests.filter(({ state }) => state === 'open');
  const unmet = targets.filter(
    ({ approvals, groups }) =>
      approvals.given < approvals.needed || groups.some(({ approvedBy }) => approvedBy === null),
  );
  const against = version.approvals.filter(({ verdict }) => verdict === 'request-changes');
  return {
    verdicts: [
      ...unmet.map(targetSentence),
      ...asking.map(({ name, by }) => `${name} was asked by ${by.name} and has not answered.`),
      ...against.map(({ name, comment }) => `${name} asks for changes${comment ? `: ${oneLine(comment)}` : '.'}`),
    ],
    parts: (parts.some(({ changed }) => changed) ? parts.filter(({ changed }) => changed) : parts).map(
      ({ label }) => label,
    ),
    threads: threads
      .filter(({ threadId }) => openThreads.includes(threadId))
      .map(thread => ({ threadId: thread.threadId, text: threadText(thread) })),
  };
}

/** The note that is begun with: the agenda to tick off, and room for what is decided. */
export function minutesText({ model, version }: ModelReview, agenda: ReviewAgenda): string {
  const list = (items: readonly string[], none: string) =>
    items.length === 0 ? [none] : items.map(item => `- [ ] ${escaped(item)}`);
  return [
    `Review of [${escaped(model)} v${version.version}](model:${encodeURIComponent(model)}/${version.version}).`,
    '',
    '## Present',
    '',
    '- ',
    '',
    '## Verdicts that are missing',
    '',
    ...list(agenda.verdicts, 'None.'),
    '',
    '## To look at',
    '',
    ...list(agenda.parts, 'Nothing.'),
    '',
    '## Open threads',
    '',
    ...list(
      agenda.threads.map(({ text }) => text),
      'None.',
    ),
    '',
    '## Decisions',
    '',
    '- ',
    '',
  ].join('\n');
}

/** Of a session held on a day: who begins it again that day writes on in the same note. */
export const minutesTitle = ({ model, version }: ModelReview, day: Date): string =>
  `Review of ${model} v${version.version}, ${day.toISOString().slice(0, 10)}`.slice(0, 200);

function threadText(thread: Thread): string {
  const [first] = thread.comments;
  const replies = thread.comments.length - 1;
  const said = first ? ` ${first.author.name}: ${shortened(oneLine(first.body), 120)}` : '';
  return `${threadPlace(thread)} “${shortened(oneLine(thread.anchor.quote), 60)}”${said}${replies > 0 ? ` (${replies} ${replies === 1 ? 'reply' : 'replies'})` : ''}`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
const escaped = (text: string): string => text.replaceAll(/[\\`*_[\]<>#|]/g, String.raw`\$&`);
