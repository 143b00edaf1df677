import type * as Y from 'yjs';

/** Keys of an observed map whose values changed, at whatever depth; for `observeDeep`. */
export function changedKeys(events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): string[] {
  return [...new Set(events.flatMap(({ path, keys }) => (path.length > 0 ? [String(path[0])] : [...keys.keys()])))];
}
