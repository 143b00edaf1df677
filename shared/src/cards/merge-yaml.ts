import { canonical } from '../formats/model-index.ts';
import { scalarText, type YamlScalar } from '../formats/yaml-scalar.ts';
import { entryKey, indented, itemText, nestedText, type YamlBlock } from '../formats/yaml-blocks.ts';
import type { CardConflict } from './conflict.ts';
import { keyItems } from './key-items.ts';
import { mergeEntries, type MergedEntry, type ThreeTexts } from './merge-entries.ts';
import { pickForm } from './pick.ts';
import { readEntry } from './read-entry.ts';
import { itemLabel, type Shape } from './result-identity.ts';

interface Context {
  shape: Shape;
  place: readonly string[];
  conflicts: CardConflict[];
}

/** Merges block maps without indentation, key by key. Null where one is written otherwise. */
export function mergeMap(texts: ThreeTexts, { shape, place, conflicts }: Context): string | null {
  return mergeEntries(texts, {
    kind: 'map',
    keyed: versions => {
      const maps = versions.map(keyPairs);
      return maps.every(map => map !== null) ? maps : null;
    },
    merge: (pair, key) => mergePair(pair, { shape: shape.values?.[key] ?? {}, place: [...place, key], conflicts }),
    place: (_entry, key) => [...place, key].join(' › '),
    conflicts,
  });
}

function mergeList(texts: ThreeTexts, { shape, place, conflicts }: Context): string | null {
  const placeOf = (item: string) => [...place, itemLabel(readEntry(item)?.value)];
  return mergeEntries(texts, {
    kind: 'list',
    keyed: versions => keyItems(versions, shape),
    merge: item => mergeItem(item, { shape: shape.item ?? {}, place: placeOf(item.base ?? item.ours), conflicts }),
    place: item => placeOf(item).join(' › '),
    conflicts,
  });
}

function keyPairs(entries: readonly YamlBlock[]): Map<string, YamlBlock> | null {
  const pairs = new Map<string, YamlBlock>();
  for (const entry of entries) {
    const key = entryKey(entry);
    if (key === null || key === '<<' || pairs.has(key)) return null;
    pairs.set(key, entry);
  }
  return pairs;
}

type Three<T> = readonly [base: T, ours: T, theirs: T];

const three = <T>({ base, ours, theirs }: ThreeTexts, read: (text: string) => T, absent: T): Three<T> => [
  base === null ? absent : read(base),
  read(ours),
  read(theirs),
];

function mergePair(pair: ThreeTexts, context: Context): MergedEntry | null {
  const nested = three(pair, text => nestedText({ lead: '', text }), '');
  const firstLine = pickForm(pair.base && firstLineOf(pair.base), firstLineOf(pair.ours), firstLineOf(pair.theirs));
  const merged = mergeBlocks(nested, context);
  if (merged !== null) {
    const empty = merged.text.trim() === '' && (merged.isList ? ' []' : ' {}');
    if (empty) return { text: firstLine.replace(/:(?=\s)/, `:${empty}`) };
    return { text: firstLine + indented(merged.text, indentOf(nested)) };
  }
  const [base, ours, theirs] = three(pair, readEntry, { value: undefined });
  if (!base || !ours || !theirs) return null;
  const values: Three<unknown> = [base.value, ours.value, theirs.value];
  return (
    (Array.isArray(values[1]) || Array.isArray(values[2]) ? mergeLists(pair, values, context) : null) ??
    mergeValue(pair, values)
  );
}

/** Values that stand on lines of their own in every version are never parsed as a whole. */
function mergeBlocks(nested: Three<string | null>, context: Context): { text: string; isList: boolean } | null {
  if (nested.includes(null)) return null;
  const texts = asTexts(nested as Three<string>);
  const filled = (nested as Three<string>).filter(text => text !== '');
  const isList = filled.every(text => /^ *-\s/m.exec(text)?.index === /^ *(?=[^\s#])/m.exec(text)?.index);
  const conflicts: CardConflict[] = [];
  const inner = { ...context, conflicts };
  const text = isList ? mergeList(texts, inner) : mergeMap(texts, inner);
  if (text !== null) context.conflicts.push(...conflicts);
  return text === null ? null : { text, isList };
}

/** Lists of which at least one stands in brackets, or is one text that stands for a list of one (`language: en`). */
function mergeLists(pair: ThreeTexts, values: Three<unknown>, context: Context): MergedEntry | null {
  const nested = three(pair, text => nestedText({ lead: '', text }), '');
  const lists = values.map((value, i) => asLines(value, nested[i] ?? null));
  if (lists.includes(null)) return null;
  const merged = mergeList(asTexts(lists as unknown as Three<string>), context);
  if (merged === null) return null;
  const key = pair.ours.slice(0, pair.ours.indexOf(':') + 1);
  const items: unknown = merged.trim() === '' ? [] : readEntry(`list:\n${merged}`)?.value;
  const inBrackets = nested[1] === null && nested[2] === null;
  if (Array.isArray(items) && (inBrackets || items.length === 0))
    return { text: `${key} [${items.map(flowText).join(', ')}]${trailing(pair)}\n` };
  return { text: `${key}\n${indented(merged, indentOf(nested))}` };
}

function mergeItem(item: ThreeTexts, context: Context): MergedEntry | null {
  const conflicts: CardConflict[] = [];
  const inner = three(item, text => itemText({ lead: '', text }), '');
  const merged = mergeMap(asTexts(inner), { ...context, conflicts });
  if (merged !== null && merged !== '') {
    context.conflicts.push(...conflicts);
    const text = indented(merged, 2);
    return { text: merged.startsWith('\n') ? `-${text}` : `- ${text.slice(2)}` };
  }
  const [base, ours, theirs] = three(item, readEntry, { value: undefined });
  return base && ours && theirs ? mergeValue(item, [base.value, ours.value, theirs.value]) : null;
}

/** What cannot be taken apart: the one that changed, or both. */
function mergeValue(texts: ThreeTexts, [base, ours, theirs]: Three<unknown>): MergedEntry {
  const [o, a, b] = [base, ours, theirs].map(value => canonical(value));
  if (a === b) return { text: pickForm(texts.base, texts.ours, texts.theirs) };
  if (o === a) return { text: texts.theirs };
  if (o === b) return { text: texts.ours };
  return { text: texts.ours, other: { side: 'theirs', value: theirs } };
}

const isMap = (value: unknown): boolean => value !== null && typeof value === 'object' && !Array.isArray(value);

const asTexts = ([base, ours, theirs]: Three<string>): ThreeTexts => ({ base, ours, theirs });

function asLines(value: unknown, nested: string | null): string | null {
  if (Array.isArray(value) && nested !== null) return nested;
  if (isMap(value)) return null;
  const items: unknown[] = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return items.map(item => `- ${flowText(item)}\n`).join('');
}

const firstLineOf = (text: string): string => text.slice(0, text.indexOf('\n') + 1);

/** A value on one line: JSON is YAML. */
function flowText(value: unknown): string {
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : scalarText(value as YamlScalar);
}

/** The comment behind a list in brackets. */
function trailing(pair: ThreeTexts): string {
  const comment = (text: string) => /\](\s+#[^\n]*)\n$/.exec(text)?.[1] ?? '';
  return pickForm(pair.base === null ? null : comment(pair.base), comment(pair.ours), comment(pair.theirs));
}

function indentOf([base, ours, theirs]: Three<string | null>): number {
  const by = (text: string) => String(/^ *(?=[^\s#])/m.exec(text)?.[0].length ?? 0);
  const [a, b] = [by(ours ?? theirs ?? ''), by(theirs ?? ours ?? '')];
  return Number(pickForm(base ? by(base) : null, a, b));
}
