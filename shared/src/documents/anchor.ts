import type { TextAnchor } from '../domain/thread-anchor.ts';
import { similarity, squeeze, squeezed, type SqueezedText } from './squeezed-text.ts';

/** Offsets in UTF-16 code units from 0; `end` is after the last one. */
export interface TextRange {
  start: number;
  end: number;
}
/** `orphaned`: what the thread was about is gone; its quote remains to be shown. */
export type Located = { kind: 'found'; range: TextRange; line: number } | { kind: 'orphaned' };

const contextLength = 160;
const maxQuote = 2000;
/** How alike one side of the surroundings must be for a match to count. Unrelated code reaches 0.2 to 0.35. */
const alikeEnough = 0.6;
/** A quote this long that stands in the text once is found whatever became of its surroundings. */
const distinctive = 20;
/** One that is shorter, but stands once, may have moved: unless its own place shows that it was cut out there. */
const telling = 8;
const maxCandidates = 40;
/** Code units on each side that must touch to prove that a quote was cut out between them. */
const seam = 30;

export function makeAnchor(text: string, { start, end }: TextRange): TextAnchor {
  const quote = wholePairs(text.slice(start, Math.min(end, start + maxQuote)));
  return {
    quote,
    prefix: wholePairs(text.slice(Math.max(0, start - contextLength), start)),
    suffix: wholePairs(text.slice(start + quote.length, start + quote.length + contextLength)),
    line: lineOf(text, start),
  };
}

/**
 * Finds again what an anchor quotes, in a text that changed meanwhile: elsewhere, differently spaced, with other
 * surroundings, or slightly edited itself. Of several places the one in the most alike surroundings is taken, then the
 * one nearest to the old line.
 */
export function locate(anchor: TextAnchor, text: string): Located {
  const inText = squeeze(text);
  const quote = squeezed(anchor.quote);
  const place = unchangedPlace(anchor, quote, text, inText) ?? editedPlace(anchor, quote, inText);
  if (!place) return { kind: 'orphaned' };
  const range = withOuterBlanks(anchor, text, originalRange(place, inText));
  return { kind: 'found', range, line: lineOf(text, range.start) };
}

function unchangedPlace(anchor: TextAnchor, quote: string, text: string, inText: SqueezedText): TextRange | null {
  if (quote === '') return null;
  const all: number[] = [];
  for (let at = inText.text.indexOf(quote); at >= 0; at = inText.text.indexOf(quote, at + 1)) all.push(at);
  const prefix = squeezed(anchor.prefix);
  const suffix = squeezed(anchor.suffix);
  // Its surroundings, which take long to compare, decide nothing then.
  if (all.length === 1 && (quote.length >= distinctive || (prefix === '' && suffix === '')))
    return rangeAt(all[0]!, quote);
  const adjacent = (at: number) =>
    commonTail(inText.text, at, prefix) + commonHead(inText.text, at + quote.length, suffix);
  const oldIndex = inText.indexOf(offsetOfLine(text, anchor.line));
  const distance = (at: number) => Math.abs(at - oldIndex);
  const scored = all
    .map(at => ({ at, adjacent: adjacent(at) }))
    .sort((a, b) => b.adjacent - a.adjacent || distance(a.at) - distance(b.at))
    .slice(0, maxCandidates)
    .map(({ at, adjacent: touching }) => {
      const before = similarity(prefix, inText.text.slice(Math.max(0, at - prefix.length), at));
      const after = similarity(suffix, inText.text.slice(at + quote.length, at + quote.length + suffix.length));
      return { at, touching, alike: before + after, best: Math.max(prefix ? before : 0, suffix ? after : 0) };
    })
    .sort((a, b) => b.alike - a.alike || distance(a.at) - distance(b.at));
  const best = scored[0];
  if (!best) return null;
  const whole = Math.min(2 * seam, prefix.length + suffix.length); // near the edges of a text there is less of it
  const cutOut = best.touching < whole && wasCutOut(prefix, suffix, inText.text);
  const isAlone = all.length === 1 && quote.length >= telling;
  return (best.best >= alikeEnough || isAlone) && !cutOut ? rangeAt(best.at, quote) : null;
}

const rangeAt = (start: number, { length }: string): TextRange => ({ start, end: start + length });

/** Whether what stood before the quote and what stood behind it now touch: then an equal text elsewhere is another one. */
function wasCutOut(prefix: string, suffix: string, text: string): boolean {
  return prefix !== '' && suffix !== '' && text.includes(prefix.slice(-seam) + suffix.slice(0, seam));
}

/** The place between what stood directly before and behind, if what is there now resembles the quote: the more, the less of both is left. */
function editedPlace(anchor: TextAnchor, quote: string, { text }: SqueezedText): TextRange | null {
  const longest = quote.length * 2 + 20;
  for (const length of [40, 12]) {
    const before = squeezed(anchor.prefix).slice(-length);
    const behind = squeezed(anchor.suffix).slice(0, length);
    if (before === '' && behind === '') return null;
    const places: (TextRange & { alike: number })[] = [];
    for (const start of endsOf(before, text)) {
      const end = behind === '' ? text.length : text.indexOf(behind, start);
      if (end < start || end - start > longest) continue;
      const alike = similarity(quote, text.slice(start, end));
      if (alike >= (length === 40 ? 0.5 : 0.75)) places.push({ start, end, alike });
      if (places.length >= maxCandidates) break;
    }
    const best = places.sort((a, b) => b.alike - a.alike)[0];
    if (best) return best;
  }
  return null;
}

function* endsOf(part: string, text: string): Generator<number> {
  if (part === '') {
    yield 0;
    return;
  }
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) yield at + part.length;
}

function originalRange({ start, end }: TextRange, inText: SqueezedText): TextRange {
  if (end === start) return { start: inText.offsetOf(start), end: inText.offsetOf(start) };
  return { start: inText.offsetOf(start), end: inText.offsetOf(end - 1) + 1 };
}

/** White space at the edges of the quote belongs to the range again where it still stands. */
function withOuterBlanks({ quote }: TextAnchor, text: string, { start, end }: TextRange): TextRange {
  if (quote.trim() === '')
    return text.slice(start - quote.length, start) === quote ? { start: start - quote.length, end } : { start, end };
  const lead = /^\s*/.exec(quote)![0];
  const trail = /\s*$/.exec(quote)![0];
  return {
    start: text.slice(0, start).endsWith(lead) ? start - lead.length : start,
    end: text.startsWith(trail, end) ? end + trail.length : end,
  };
}

function commonTail(text: string, end: number, part: string): number {
  let length = 0;
  while (length < part.length && length < end && text[end - 1 - length] === part[part.length - 1 - length]) length++;
  return length;
}

function commonHead(text: string, start: number, part: string): number {
  let length = 0;
  while (length < part.length && start + length < text.length && text[start + length] === part[length]) length++;
  return length;
}

function lineOf(text: string, offset: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let passed = 0; passed < line; passed++) {
    const end = text.indexOf('\n', offset);
    if (end < 0) return text.length;
    offset = end + 1;
  }
  return offset;
}

/** Without half a surrogate pair at either edge: Yjs would turn it into another character. */
const wholePairs = (text: string): string => text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
