/**
 * The order of keys after a merge: that of the side which reordered, with what was added standing behind what it was added
 * behind. Symmetric: both orders of the sides give the same. `kept` are the keys that are in the result.
 */
export function mergeOrder(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
  kept: ReadonlySet<string>,
): string[] {
  const common = orderOfCommon(base, ours, theirs, kept);
  const inCommon = new Set(common);
  const added = [ours, theirs].map(side => additions(side, inCommon, kept));
  const ordered = [null, ...common].flatMap(anchor => {
    const [a, b] = added.map(runs => runs.get(anchor) ?? []) as [string[], string[]];
    const runs = a.join('\n') <= b.join('\n') ? [a, b] : [b, a];
    return [...(anchor === null ? [] : [anchor]), ...runs.flat()];
  });
  return [...new Set(ordered)]; // both may have added one key at different places
}

/** The keys that were there before, also those that one side removed and the result keeps. */
function orderOfCommon(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
  kept: ReadonlySet<string>,
): string[] {
  const old = base.filter(key => kept.has(key));
  const known = new Set(old);
  const orders = [ours, theirs].map(side => {
    const here = side.filter(key => known.has(key));
    const present = new Set(here);
    // What this side removed stays behind what it stood behind.
    for (const key of old)
      if (!present.has(key)) here.splice(here.indexOf(old[old.indexOf(key) - 1] ?? '') + 1, 0, key);
    return here;
  }) as [string[], string[]];
  const [a, b] = orders;
  const same = (x: readonly string[], y: readonly string[]) => x.join('\n') === y.join('\n');
  if (same(a, old)) return b;
  if (same(b, old)) return a;
  return a.join('\n') <= b.join('\n') ? a : b;
}

function additions(
  side: readonly string[],
  common: ReadonlySet<string>,
  kept: ReadonlySet<string>,
): Map<string | null, string[]> {
  const runs = new Map<string | null, string[]>();
  let anchor: string | null = null;
  for (const key of side)
    if (common.has(key)) anchor = key;
    else if (kept.has(key)) runs.set(anchor, [...(runs.get(anchor) ?? []), key]);
  return runs;
}
