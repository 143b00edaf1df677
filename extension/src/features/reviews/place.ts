import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { locateInFile } from '@benchmate/shared/documents/locate-in-file';
import type { TextAnchor, ThreadAnchor } from '@benchmate/shared/domain/thread-anchor';

/** Where a thread is drawn. Lines count from 0. */
export interface Place {
  startLine: number;
  endLine: number;
  /** What it was about is gone: it stands at the top, with its quote. */
  orphaned: boolean;
}

export function placeOf(text: string, anchor: ThreadAnchor): Place {
  const found = locateInFile(anchor, '', text);
  if (found.kind === 'orphaned') return { startLine: 0, endLine: 0, orphaned: true };
  const quoted = text.slice(found.range.start, found.range.end).trimEnd();
  return { startLine: found.line, endLine: found.line + quoted.split('\n').length - 1, orphaned: false };
}

/** Anchors a thread to whole lines, without the white space around them. */
export function anchorFor(text: string, startLine: number, endLine: number): TextAnchor {
  const lines = text.split('\n');
  const start = lines.slice(0, startLine).reduce((sum, line) => sum + line.length + 1, 0);
  const chosen = lines.slice(startLine, Math.max(startLine, endLine) + 1).join('\n');
  const lead = chosen.length - chosen.trimStart().length;
  return makeAnchor(text, { start: start + lead, end: start + Math.max(lead, chosen.trimEnd().length) });
}
