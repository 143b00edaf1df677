import type { YamlBlock } from '../formats/yaml-blocks.ts';
import { readEntry } from './read-entry.ts';
import { usualKey, type Shape } from './result-identity.ts';

type Versions = readonly (readonly YamlBlock[])[];

/**
 * The items of three versions of a list by what they are, so that equal keys are the same item. Items that all versions share
 * word by word are not even parsed. Null where one cannot be read.
 */
export function keyItems(
  versions: Versions,
  { itemKey = usualKey, innerKey, single }: Shape,
): Map<string, YamlBlock>[] | null {
  if (single && versions.every(({ length }) => length <= 1))
    return versions.map(entries => new Map(entries.map(entry => ['only', entry])));
  const texts = versions.map(entries => new Set(entries.map(({ text }) => text)));
  const shared = new Set([...texts[0]!].filter(text => texts.every(some => some.has(text))));
  const read = new Map<string, { key: string; inner: string }>();
  for (const { text } of versions.flat()) {
    if (shared.has(text) || read.has(text)) continue;
    const item = readEntry(text);
    if (!item) return null;
    read.set(text, { key: itemKey(item.value), inner: innerKey?.(item.value) ?? '' });
  }
  const repeated = new Set(
    versions.flatMap(entries => repeatedIn(entries.map(({ text }) => read.get(text)?.key ?? ''))),
  );
  return versions.map(entries => {
    const keyed = new Map<string, YamlBlock>();
    for (const entry of entries) {
      const found = read.get(entry.text);
      const key = found ? found.key + (repeated.has(found.key) ? found.inner : '') : `= ${entry.text}`;
      keyed.set(numbered(key, keyed), entry);
    }
    return keyed;
  });
}

function repeatedIn(keys: readonly string[]): string[] {
  const seen = new Set<string>();
  return keys.filter(key => seen.size === seen.add(key).size);
}

function numbered(key: string, taken: ReadonlyMap<string, unknown>): string {
  let name = key;
  for (let n = 2; taken.has(name); n++) name = `${key} #${n}`;
  return name;
}
