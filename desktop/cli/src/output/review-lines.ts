import type { ModelReview, ReviewTarget } from '@benchmate/shared/domain/model-review';
import type { Thread } from '@benchmate/shared/domain/review';
import { targetSentence } from '@benchmate/shared/diff/review-target-text';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { ago } from './describe.ts';
import { cell, printable } from './terminal.ts';
import { threadLines } from './thread-lines.ts';

export const verdictWords = {
  approve: '✓ approves',
  'request-changes': '✗ asks for changes',
  comment: '· comments without a vote',
} as const;
export const requestWords = {
  open: 'is asked',
  answered: 'was asked and answered',
  withdrawn: 'was asked; withdrawn',
} as const;

/** A review from top to bottom: what is asked, what promotions need, verdicts, parts, threads. */
export function reviewLines(review: ModelReview, threads: readonly Thread[]): TextLine[] {
  const { model, version, targets, lastReviewed, parts, drafts, refusal } = review;
  const since = lastReviewed ? ` since v${lastReviewed.version}, which you reviewed ${ago(lastReviewed.at)}` : '';
  const open = threads.filter(({ threadId }) => review.openThreads.includes(threadId));
  return [
    [part(`Review of ${model} v${version.version}`, 'heading')],
    cell(`registered ${ago(version.at)} by ${version.registeredBy.name}`, 'muted'),
    ...version.requests.map(({ name, by, comment, at, state }) =>
      cell(`${name} ${requestWords[state]} by ${by.name} ${ago(at)}${quoted(comment)}`),
    ),
    ...targets.map(target => cell(targetSentence(target), isMet(target) ? 'muted' : 'warning')),
    ...[...version.approvals, ...version.remarks.map(remark => ({ ...remark, verdict: 'comment' as const }))].flatMap(
      ({ name, verdict, comment, at }) => [
        [part(`${printable(name)} ${verdictWords[verdict]}`), part(` ${ago(at)}`, 'muted')],
        ...(comment ? comment.split('\n').map(line => cell(`    ${line}`)) : []),
      ],
    ),
    cell(''),
    [part(`To look at${since}`, 'heading')],
    ...parts.map(({ part: name, label, changed, viewed }): TextLine => [
      part(`  ${viewed ? '☑' : '☐'} ${printable(label)}`, viewed ? 'muted' : 'plain'),
      part(`${changed === true ? '  changed' : changed === false ? '  as it was' : ''}  ${printable(name)}`, 'muted'),
    ]),
    cell(''),
    ...(open.length > 0 ? [[part('Open threads', 'heading')], ...open.flatMap(thread => threadLines(thread))] : []),
    ...(drafts.length > 0
      ? [cell(`${count(drafts.length, 'draft')} of yours would go out with \`benchmate review submit\`.`)]
      : []),
    ...(refusal ? [cell(`You give no verdict here: ${refusal}`, 'muted')] : []),
  ];
}

const isMet = ({ approvals, groups }: ReviewTarget): boolean =>
  approvals.given >= approvals.needed && groups.every(({ approvedBy }) => approvedBy !== null);

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
const quoted = (text: string): string => (text === '' ? '' : `: “${text}”`);
