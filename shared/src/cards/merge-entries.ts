import { canonical } from '../formats/model-index.ts';
import { splitBlocks, type YamlBlock, type YamlBlocks } from '../formats/yaml-blocks.ts';
import { conflictComment, type CardConflict, type MergeSide } from './conflict.ts';
import { mergeOrder } from './merge-order.ts';
import { mergeComments, pick } from './pick.ts';
import { readEntry } from './read-entry.ts';

/** A text of the common ancestor (null: it did not exist) and of the two sides. */
export interface ThreeTexts {
  base: string | null;
  ours: string;
  theirs: string;
}

/** An entry after its merge; `other` is what the side says whose value does not stand in the text. */
export interface MergedEntry {
  text: string;
  other?: { side: MergeSide; value: unknown };
}

export interface EntryRules {
  kind: 'map' | 'list';
  /** Entries by what tells them apart, for base, ours and theirs; null where one cannot be read. */
  keyed: (versions: readonly (readonly YamlBlock[])[]) => readonly ReadonlyMap<string, YamlBlock>[] | null;
  /** Merges an entry that both sides have, and changed. */
  merge: (texts: ThreeTexts, key: string) => MergedEntry | null;
  place: (entry: string, key: string) => string;
  conflicts: CardConflict[];
}

/** Merges two block collections without indentation, entry by entry. Null where one is not written so. */
export function mergeEntries({ base, ours, theirs }: ThreeTexts, rules: EntryRules): string | null {
  const split = [base ?? '', ours, theirs].map(text => splitBlocks(text, rules.kind));
  const [o, a, b] = split;
  if (!o || !a || !b) return null;
  const keyed = rules.keyed([o.entries, a.entries, b.entries]);
  if (!keyed) return null;
  const [old, mine, other] = keyed as [Map<string, YamlBlock>, Map<string, YamlBlock>, Map<string, YamlBlock>];
  const merged = new Map<string, string>();
  for (const key of new Set([...mine.keys(), ...other.keys()])) {
    const entry = mergeEntry({ base: old.get(key), ours: mine.get(key), theirs: other.get(key) }, key, rules);
    if (entry === null) return null;
    if (entry !== undefined) merged.set(key, entry);
  }
  const order = mergeOrder([...old.keys()], [...mine.keys()], [...other.keys()], new Set(merged.keys()));
  const text = order.map(key => merged.get(key)!).join('') + mergeComments(o.tail, a.tail, b.tail);
  return lostComments([o, a, b], text) + text;
}

/** Comments that nobody removed, above a key that is gone: where keys move, a comment stays in its place, as at the top of a file. */
function lostComments(versions: readonly YamlBlocks[], text: string): string {
  const [old, mine, other] = versions.map(
    ({ entries }) => new Set(entries.flatMap(({ lead }) => lead.match(/^#[^\n]*\n/gm) ?? [])),
  ) as [Set<string>, Set<string>, Set<string>];
  const wanted = [...new Set([...mine, ...other])].filter(
    line => !old.has(line) || (mine.has(line) && other.has(line)),
  );
  return wanted
    .filter(line => !text.includes(line))
    .toSorted()
    .join('');
}

interface ThreeBlocks {
  base: YamlBlock | undefined;
  ours: YamlBlock | undefined;
  theirs: YamlBlock | undefined;
}

/** Undefined: it is gone. */
function mergeEntry({ base, ours, theirs }: ThreeBlocks, key: string, rules: EntryRules): string | null | undefined {
  if (!ours || !theirs) {
    const here = (ours ?? theirs)!;
    if (!base) return here.lead + here.text;
    if (sameMeaning(base.text, here.text)) return undefined;
    const entry = { text: here.text, other: { side: ours ? 'theirs' : 'ours', value: undefined } as const };
    return marked(here.lead, entry, key, rules);
  }
  const lead = mergeComments(base?.lead ?? '', ours.lead, theirs.lead);
  const picked = pick(base?.text ?? null, ours.text, theirs.text);
  if (picked !== undefined) return lead + picked;
  const entry = rules.merge({ base: base?.text ?? null, ours: ours.text, theirs: theirs.text }, key);
  return entry && marked(lead, entry, key, rules);
}

function marked(lead: string, { text, other }: MergedEntry, key: string, { place, conflicts }: EntryRules): string {
  if (!other) return lead + text;
  const said = readEntry(text)?.value;
  const values = { [other.side]: other.value, [other.side === 'ours' ? 'theirs' : 'ours']: said };
  conflicts.push({ place: place(text, key), ours: spoken(values.ours), theirs: spoken(values.theirs) });
  return lead + conflictComment(other.side, other.value) + text;
}

const spoken = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

function sameMeaning(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, two] = [readEntry(a), readEntry(b)];
  return one !== null && two !== null && canonical(one.value) === canonical(two.value);
}
