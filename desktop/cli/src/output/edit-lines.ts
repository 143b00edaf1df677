import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { printable } from './terminal.ts';

/** An edit as people know it from patches; `line` from 1. */
export function editLines({
  path,
  line,
  before,
  after,
}: {
  path: string;
  line: number;
  before: string;
  after: string;
}): TextLine[] {
  return [
    [part(`${printable(path)}:${line}`, 'heading')],
    ...before.split(/\r?\n/).map((text): TextLine => [part(`- ${printable(text)}`, 'removed')]),
    ...(after === '' ? [] : after.split(/\r?\n/).map((text): TextLine => [part(`+ ${printable(text)}`, 'added')])),
  ];
}
