import { diffArrays } from 'diff';

/** A stretch where both sides changed the same, in the three versions. */
export interface Collision<T> {
  base: readonly T[];
  ours: readonly T[];
  theirs: readonly T[];
}

interface Edit<T> {
  start: number;
  end: number;
  items: readonly T[];
}

/**
 * Three-way merge of two lists with a common ancestor (diff3 over Myers' differences: the library node-diff3 compares all equal
 * items with each other, and a long text has thousands of blank lines). What only one side changed is taken; changes that touch
 * but do not overlap are both taken. `settle` decides where they overlap; null from it makes the whole merge null.
 */
export function mergeLists<T>(
  [base, ours, theirs]: readonly [readonly T[], readonly T[], readonly T[]],
  settle: (collision: Collision<T>) => readonly T[] | null,
): T[] | null {
  const [left, right] = [editsOf(base, ours), editsOf(base, theirs)];
  const merged: T[] = [];
  let at = 0;
  while (left.length + right.length > 0) {
    const [start, end, mine, other] = nextStretch(left, right);
    merged.push(...base.slice(at, start));
    const sides = [applied(base, start, end, mine), applied(base, start, end, other)] as const;
    if (other.length === 0 || equal(...sides)) merged.push(...sides[0]);
    else if (mine.length === 0) merged.push(...sides[1]);
    else {
      const settled = settle({ base: base.slice(start, end), ours: sides[0], theirs: sides[1] });
      if (settled === null) return null;
      merged.push(...settled);
    }
    at = end;
  }
  return [...merged, ...base.slice(at)];
}

/** Takes the next edits off both lists, as many as overlap each other. */
function nextStretch<T>(left: Edit<T>[], right: Edit<T>[]): [number, number, Edit<T>[], Edit<T>[]] {
  const [mine, other]: [Edit<T>[], Edit<T>[]] = [[], []];
  const firstLeft = right.length === 0 || (left.length > 0 && before(left[0]!, right[0]!));
  const first = (firstLeft ? left.shift() : right.shift())!;
  (firstLeft ? mine : other).push(first);
  let { start, end } = first;
  for (let grew = true; grew;) {
    grew = false;
    for (const [queue, taken] of [
      [left, mine],
      [right, other],
    ] as const)
      while (queue[0] && overlaps(queue[0], start, end)) {
        const edit = queue.shift()!;
        taken.push(edit);
        [start, end, grew] = [Math.min(start, edit.start), Math.max(end, edit.end), true];
      }
  }
  return [start, end, mine, other];
}

const before = <T>(a: Edit<T>, b: Edit<T>): boolean => a.start < b.start || (a.start === b.start && a.end <= b.end);

function overlaps<T>(edit: Edit<T>, start: number, end: number): boolean {
  if (edit.start === edit.end && start === end) return edit.start === start;
  return edit.start < end && start < edit.end;
}

function editsOf<T>(base: readonly T[], side: readonly T[]): Edit<T>[] {
  const edits: Edit<T>[] = [];
  let at = 0;
  let open: { start: number; end: number; items: T[] } | null = null;
  for (const { value, added, removed, count } of diffArrays([...base], [...side])) {
    if (!added && !removed) open = null;
    else {
      if (!open) edits.push((open = { start: at, end: at, items: [] }));
      if (added) open.items.push(...value);
      else open.end += count;
    }
    if (!added) at += count;
  }
  return edits;
}

function applied<T>(base: readonly T[], start: number, end: number, edits: readonly Edit<T>[]): T[] {
  const result: T[] = [];
  let at = start;
  for (const edit of edits) {
    result.push(...base.slice(at, edit.start), ...edit.items);
    at = edit.end;
  }
  return [...result, ...base.slice(at, end)];
}

function equal<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
