/** A text without its white space, and where each remaining code unit stood: reformatting does not change it. */
export interface SqueezedText {
  text: string;
  /** Offset in the original of the code unit at `index`; its length for the end. */
  offsetOf(index: number): number;
  /** Index of the first code unit at or after an offset of the original. */
  indexOf(offset: number): number;
}

export function squeeze(original: string): SqueezedText {
  if (last?.original !== original) last = { original, result: squeezeAnew(original) };
  return last.result;
}

/** All threads of a file are looked for in the same text, one after the other. */
let last: { original: string; result: SqueezedText } | null = null;

function squeezeAnew(original: string): SqueezedText {
  const pieces: string[] = [];
  const offsets: number[] = [];
  for (const word of original.matchAll(/\S+/g)) {
    pieces.push(word[0]);
    for (let i = 0; i < word[0].length; i++) offsets.push(word.index + i);
  }
  return {
    text: pieces.join(''),
    offsetOf: index => offsets[index] ?? original.length,
    indexOf(offset) {
      let low = 0;
      let high = offsets.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (offsets[middle]! < offset) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}

export const squeezed = (text: string): string => text.replace(/\s+/g, '');

/** 1 for equal texts, 0 for texts without anything in common: one minus Levenshtein's distance over the longer length. */
export function similarity(a: string, b: string): number {
  const longer = Math.max(a.length, b.length);
  if (longer === 0 || a === b) return 1;
  let row = Uint32Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = new Uint32Array(b.length + 1);
    next[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      next[j] = Math.min(change, row[j]! + 1, next[j - 1]! + 1);
    }
    row = next;
  }
  return 1 - row[b.length]! / longer;
}
