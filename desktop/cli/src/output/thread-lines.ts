import type { Thread } from '@benchmate/shared/domain/review';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { ago, shortId } from './describe.ts';
import { cell, printable } from './terminal.ts';

/** A thread as a short text: where, what it is about, who said what. */
export function threadLines({ threadId, path, anchor, resolved, comments }: Thread): TextLine[] {
  return [
    [
      part(threadPlace({ path, anchor }), 'heading'),
      part(`  ${resolved ? '✓ resolved' : '○ open'}  ${shortId(threadId)}`, 'muted'),
    ],
    ...(anchor.quote
      ? [cell(`  “${anchor.quote.length > 70 ? `${anchor.quote.slice(0, 69)}…` : anchor.quote}”`, 'muted')]
      : []),
    ...comments.flatMap(({ author, body, at }): TextLine[] => [
      [part(`  ${printable(author.name)}`), part(` ${ago(at)}`, 'muted')],
      ...body.split('\n').map(line => cell(`    ${line}`)),
    ]),
    cell(''),
  ];
}
