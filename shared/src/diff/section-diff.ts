import type { MarkdownSection } from '../formats/markdown-sections.ts';
import { diffProse, normalizeProse, proseSimilarity, type WordChange } from './prose.ts';

/** What happened to one section of a card. */
export interface SectionChange {
  kind: 'added' | 'removed' | 'renamed' | 'changed' | 'moved';
  /** Title in the new card (in the old one for a removed section); empty for what stands before the first heading. */
  title: string;
  /** Titles from the top to this section. */
  path: readonly string[];
  oldTitle: string | null;
  /** Word diff of the text below the heading; empty when only the title or the place changed. */
  words: readonly WordChange[];
}

interface Pairing {
  before: MarkdownSection;
  after: MarkdownSection;
}

/** Changes of the sections in the order of the new card; what was removed stands where it was. */
export function diffSections(before: readonly MarkdownSection[], after: readonly MarkdownSection[]): SectionChange[] {
  const pairs = pairSections(before, after);
  const moved = movedSections(before, after, pairs);
  const byAfter = new Map([...pairs].map(([old, current]) => [current, old]));
  const changes: { at: number; change: SectionChange }[] = [];
  after.forEach((section, at) => {
    const old = byAfter.get(section);
    const change = old ? compare({ before: old, after: section }, moved.has(section)) : whole(section, 'added');
    if (change) changes.push({ at, change });
  });
  before.forEach((section, index) => {
    if (pairs.has(section)) return;
    const previous = before.slice(0, index).findLast(other => pairs.has(other));
    const at = previous ? after.indexOf(pairs.get(previous)!) + 0.5 : -0.5;
    changes.push({ at, change: whole(section, 'removed') });
  });
  return changes.sort((a, b) => a.at - b.at).map(({ change }) => change);
}

/** Which section of the new card each of the old one became: by its place in the headings, else by its title or its words. */
export function pairSections(
  before: readonly MarkdownSection[],
  after: readonly MarkdownSection[],
): Map<MarkdownSection, MarkdownSection> {
  const pairs = pairByPath(before, after);
  pairRenamed(before, after, pairs);
  return pairs;
}

/** By titles from the top; repeated titles by their order. */
function pairByPath(
  before: readonly MarkdownSection[],
  after: readonly MarkdownSection[],
): Map<MarkdownSection, MarkdownSection> {
  const waiting = new Map<string, MarkdownSection[]>();
  for (const section of after) {
    const key = JSON.stringify([section.level, section.path]);
    waiting.set(key, [...(waiting.get(key) ?? []), section]);
  }
  const pairs = new Map<MarkdownSection, MarkdownSection>();
  for (const section of before) {
    const match = waiting.get(JSON.stringify([section.level, section.path]))?.shift();
    if (match) pairs.set(section, match);
  }
  return pairs;
}

/** Then those whose own title, or else whose words, are mostly the same: under a renamed parent, or renamed. */
function pairRenamed(
  before: readonly MarkdownSection[],
  after: readonly MarkdownSection[],
  pairs: Map<MarkdownSection, MarkdownSection>,
): void {
  const taken = new Set(pairs.values());
  const candidates = before
    .filter(section => !pairs.has(section))
    .flatMap(old =>
      after.filter(section => !taken.has(section)).map(section => ({ old, section, score: alike(old, section) })),
    )
    .filter(({ score }) => score >= 0.6)
    .sort((a, b) => b.score - a.score);
  for (const { old, section } of candidates) {
    if (pairs.has(old) || taken.has(section)) continue;
    pairs.set(old, section);
    taken.add(section);
  }
}

function alike(a: MarkdownSection, b: MarkdownSection): number {
  const [before, after] = [normalizeProse(a.text), normalizeProse(b.text)];
  const sameTitle = a.title === b.title && a.title !== '';
  if (before === after && (before !== '' || sameTitle)) return sameTitle ? 2 : 1.5;
  return proseSimilarity(before, after) + (sameTitle ? 0.5 : 0);
}

/** Sections outside the longest run of paired sections that kept their order. */
function movedSections(
  before: readonly MarkdownSection[],
  after: readonly MarkdownSection[],
  pairs: ReadonlyMap<MarkdownSection, MarkdownSection>,
): Set<MarkdownSection> {
  const order = before.filter(section => pairs.has(section)).map(section => after.indexOf(pairs.get(section)!));
  const lengths: number[] = [];
  const previous: number[] = [];
  order.forEach((place, i) => {
    lengths[i] = 1;
    previous[i] = -1;
    for (let j = 0; j < i; j++) {
      if (order[j]! >= place || lengths[j]! + 1 <= lengths[i]) continue;
      lengths[i] = lengths[j]! + 1;
      previous[i] = j;
    }
  });
  const kept = new Set<number>();
  for (let i = lengths.indexOf(Math.max(0, ...lengths)); i >= 0; i = previous[i] ?? -1) kept.add(order[i]!);
  return new Set(after.filter((section, i) => order.includes(i) && !kept.has(i)));
}

function compare({ before, after }: Pairing, moved: boolean): SectionChange | null {
  const words = diffProse(normalizeProse(before.text), normalizeProse(after.text));
  const renamed = before.title !== after.title;
  if (!renamed && !moved && words.length === 0) return null;
  const kind = renamed ? 'renamed' : words.length > 0 ? 'changed' : 'moved';
  return { kind, title: after.title, path: after.path, oldTitle: renamed ? before.title : null, words };
}

function whole(section: MarkdownSection, kind: 'added' | 'removed'): SectionChange {
  const text = normalizeProse(section.text);
  return { kind, title: section.title, path: section.path, oldTitle: null, words: text ? [{ kind, text }] : [] };
}
