import { pairSections } from '../diff/section-diff.ts';
import { markdownSections, type MarkdownSection } from '../formats/markdown-sections.ts';
import { conflictMarkers, type CardConflict } from './conflict.ts';
import type { ThreeTexts } from './merge-entries.ts';
import { mergeOrder } from './merge-order.ts';
import { mergeWords } from './merge-words.ts';
import { pick } from './pick.ts';

/**
 * Three-way merge of a card's prose: section by section, also where one was renamed, moved or both; then by lines; then, in lines
 * that both sides changed, by words. What both changed differently stands between git's markers.
 */
export function mergeProse({ base, ours, theirs }: ThreeTexts, conflicts: CardConflict[]): string {
  const picked = pick(base, ours, theirs);
  if (picked !== undefined) return picked;
  const old = chunksOf(base ?? '');
  const [a, b] = [chunksOf(ours), chunksOf(theirs)].map(chunks => keyed(old, chunks)) as [Keyed, Keyed];
  const o: Keyed = new Map(old.map((chunk, i) => [`old ${i}`, chunk]));
  const merged = new Map<string, string>();
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const text = mergeChunk(o.get(key), a.get(key), b.get(key), conflicts);
    if (text !== null) merged.set(key, text);
  }
  const order = mergeOrder([...o.keys()], [...a.keys()], [...b.keys()], new Set(merged.keys()));
  return order.map(key => merged.get(key)!).reduce(joined, '');
}

type Keyed = Map<string, Chunk>;

/** A section with its heading, as it stands in the file. */
interface Chunk {
  section: MarkdownSection;
  all: string;
}

function chunksOf(body: string): Chunk[] {
  const sections = markdownSections(body);
  const chunks = sections.map(section => ({ section, all: body.slice(section.headingOffset, section.endOffset) }));
  const start = sections[0]?.headingOffset ?? body.length;
  if (start === 0) return chunks;
  // Blank lines before the first heading are no section, and kept all the same.
  const section = {
    level: 0,
    title: '',
    path: [],
    text: body.slice(0, start),
    headingOffset: 0,
    textOffset: 0,
    endOffset: start,
  };
  return [{ section, all: section.text }, ...chunks];
}

function keyed(old: readonly Chunk[], chunks: readonly Chunk[]): Keyed {
  const pairs = pairSections(
    old.map(({ section }) => section),
    chunks.map(({ section }) => section),
  );
  const places = new Map(
    old.flatMap(({ section }, i) => (pairs.has(section) ? [[pairs.get(section)!, `old ${i}`]] : [])),
  );
  const result: Keyed = new Map();
  for (const chunk of chunks) {
    const name = places.get(chunk.section) ?? `new ${JSON.stringify([chunk.section.level, chunk.section.path])}`;
    let key = name;
    for (let n = 2; result.has(key); n++) key = `${name} #${n}`;
    result.set(key, chunk);
  }
  return result;
}

/** Null: the section is gone. */
function mergeChunk(
  base: Chunk | undefined,
  ours: Chunk | undefined,
  theirs: Chunk | undefined,
  conflicts: CardConflict[],
): string | null {
  const place = (base ?? ours ?? theirs)!.section.path.join(' › ') || 'Text before the first heading';
  if (ours && theirs) {
    const texts = { base: base?.all ?? null, ours: ours.all, theirs: theirs.all };
    return pick(texts.base, texts.ours, texts.theirs) ?? mergeWords(texts, place, conflicts);
  }
  const here = (ours ?? theirs)!;
  if (!base) return here.all;
  if (base.all.trim() === here.all.trim()) return null;
  conflicts.push({ place, ours: ours?.all ?? null, theirs: theirs?.all ?? null });
  return conflictMarkers(ours?.all ?? '', theirs?.all ?? '');
}

/** A heading needs a line of its own, also behind what was the end of a file without a newline. */
function joined(before: string, next: string): string {
  return before === '' || before.endsWith('\n') ? before + next : `${before}\n\n${next}`;
}
