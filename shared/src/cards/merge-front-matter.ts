import { parse, stringify } from 'yaml';
import { BenchmateError } from '../errors/benchmate-error.ts';
import { parseYaml } from '../formats/yaml-text.ts';
import type { CardConflict } from './conflict.ts';
import type { ThreeTexts } from './merge-entries.ts';
import { mergeMap } from './merge-yaml.ts';
import { cardShape } from './result-identity.ts';

/**
 * Three-way merge of front matter: key by key, results of `model-index` by what they are results of, lists without order as sets. Text that only
 * one side changed is taken as it stands, comments with it. The result is valid YAML; BAD_REQUEST when one of the three is not.
 */
export function mergeFrontMatter(texts: ThreeTexts, conflicts: CardConflict[]): string {
  if (texts.ours === texts.theirs || texts.base === texts.theirs) return texts.ours;
  if (texts.base === texts.ours) return texts.theirs;
  const found: CardConflict[] = [];
  const merged = mergeMap(texts, { shape: cardShape, place: [], conflicts: found });
  if (merged !== null && isValid(merged)) {
    conflicts.push(...found);
    return merged;
  }
  // Anchors, brackets around everything and the like: written out plainly first, which costs comments.
  const plain = {
    base: writtenOut(texts.base, 'The common ancestor'),
    ours: writtenOut(texts.ours, 'Our card'),
    theirs: writtenOut(texts.theirs, 'Their card'),
  };
  const result = mergeMap(plain, { shape: cardShape, place: [], conflicts });
  if (result !== null && isValid(result)) return result;
  throw new BenchmateError(
    'BAD_REQUEST',
    'The front matter of these cards cannot be merged key by key.',
    'Write it as a map of keys, one on a line.',
  );
}

function isValid(yaml: string): boolean {
  try {
    const data: unknown = parse(yaml, { merge: true, logLevel: 'error' });
    return data === null || (typeof data === 'object' && !Array.isArray(data));
  } catch {
    return false;
  }
}

function writtenOut(yaml: string | null, what: string): string {
  const data: unknown = parseYaml(yaml ?? '', what, 1).document.toJS({ maxAliasCount: 100 });
  return data === null ? '' : stringify(data, { aliasDuplicateObjects: false, lineWidth: 0 });
}
