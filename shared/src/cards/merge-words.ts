import { conflictMarkers, type CardConflict } from './conflict.ts';
import type { ThreeTexts } from './merge-entries.ts';
import { mergeLists, type Collision } from './merge-lists.ts';

/** Merges two versions of a text by lines, and by words within lines that both changed. */
export function mergeWords({ base, ours, theirs }: ThreeTexts, place: string, conflicts: CardConflict[]): string {
  const merged = mergeLists([lines(base ?? ''), lines(ours), lines(theirs)], collision => {
    const together = bothAdded(collision) ?? byWords(collision);
    if (together) return together;
    const [a, b] = [collision.ours.join(''), collision.theirs.join('')];
    conflicts.push({ place, ours: a, theirs: b });
    return [conflictMarkers(a, b)];
  });
  return merged!.join('');
}

/** Lines that both added at one place are both wanted: two bullets, two rows, two paragraphs. */
function bothAdded({ base, ours, theirs }: Collision<string>): string[] | null {
  if (base.length > 0) return null;
  const [first, second] = ours.join('') <= theirs.join('') ? [ours, theirs] : [theirs, ours];
  const known = new Set(first.filter(line => line.trim() !== ''));
  // What opens and closes a block belongs to each block, however alike.
  const fresh = second.some(isFence) ? second : second.filter(line => !known.has(line));
  const ended = first.map((line, i) => (i === first.length - 1 && !line.endsWith('\n') ? `${line}\n` : line));
  return fresh.some(line => line.trim() !== '') ? [...ended, ...fresh] : [...first];
}

const isFence = (line: string): boolean => /^\s*(```|~~~|\$\$|<)/.test(line);

/** Words and the blanks between them apart, so that a paragraph one side wrapped anew takes a word of the other. */
function byWords(collision: Collision<string>): string[] | null {
  const words = (side: readonly string[]) => side.join('').match(/\s|[\p{L}\p{M}\p{N}_.,'’−-]+|[^\s]/gu) ?? [];
  const { base, ours, theirs } = collision;
  if ([ours, theirs].some(side => side.length === 0) || isLong(base)) return null;
  return mergeLists([words(base), words(ours), words(theirs)], () => null);
}

/** By words the effort grows with the square of what changed, and nobody checks such a mix. */
const isLong = (side: readonly string[]): boolean => side.length > 200;

function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
