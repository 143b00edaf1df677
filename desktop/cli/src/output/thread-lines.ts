import type { PlacedThread, Thread } from '@benchmate/shared/domain/review';
import { reactionEmoji } from '@benchmate/shared/domain/reaction';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { ago, shortId } from './describe.ts';
import { cell, printable } from './terminal.ts';

/** A thread as a short text: where, what it is about, who said what. `placed`: where it stands now, if that was looked up. */
export function threadLines(thread: Thread, placed?: PlacedThread): TextLine[] {
  const { threadId, anchor, resolved, comments } = thread;
  return [
    [
      part(threadPlace(placed?.state === 'found' ? standing(placed) : thread), 'heading'),
      part(`  ${resolved ? '✓ resolved' : '○ open'}  ${shortId(threadId)}`, 'muted'),
    ],
    ...(placed?.state === 'orphaned' ? [cell('  The text it was about is gone from the file.', 'warning')] : []),
    ...(placed?.state === 'file-gone' ? [cell('  Its file is not here.', 'warning')] : []),
    ...(placed?.state === 'unknown'
      ? [cell('  Its file is not on this device, or too long to look into.', 'muted')]
      : []),
    ...(anchor.quote
      ? [cell(`  “${anchor.quote.length > 70 ? `${anchor.quote.slice(0, 69)}…` : anchor.quote}”`, 'muted')]
      : []),
    ...comments.flatMap(({ author, body, at, reactions = [] }): TextLine[] => [
      [part(`  ${printable(author.name)}`), part(` ${ago(at)}`, 'muted')],
      ...body.split('\n').map(line => cell(`    ${line}`)),
      ...reactions.map(({ kind, people }) =>
        cell(`    ${reactionEmoji[kind]} ${people.map(({ name }) => name).join(', ')}`, 'muted'),
      ),
    ]),
    cell(''),
  ];
}

function standing({ thread: { anchor }, path, line, cell: index }: PlacedThread): Pick<Thread, 'path' | 'anchor'> {
  return { path, anchor: anchor.kind === 'cell' ? { ...anchor, index: index ?? anchor.index } : { ...anchor, line } };
}
