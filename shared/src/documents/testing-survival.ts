import { locateInFile } from './locate-in-file.ts';
import { squeezed } from './squeezed-text.ts';
import { anchorOn, edit, lineAt, newLines, render, type ArtifactKind, type Dice } from './testing-artifacts.ts';

/** What became of threads. `intact`: their text still stands, whatever its white space; `gone`: its line does not. */
export interface Survival {
  threads: number;
  intact: number;
  /** Of the intact ones, those found on their own line. */
  reattached: number;
  gone: number;
  /** Their line is gone, and another one says the same words: the text still stands, though not that line. Either way is right. */
  twins: number;
  /** Of those that are gone, those that are orphaned, with what they quoted. */
  orphaned: number;
  /** Reworded lines are found, or orphaned; on another line than their own they are wrong. */
  reworded: number;
  wrong: number;
}

/** One file, five threads, and up to eight changes one after the other. */
export function survive(kind: ArtifactKind, dice: Dice, sum: Survival): void {
  let lines = newLines(kind, dice, 20 + Math.floor(dice() * 60), 0);
  const threads = Array.from({ length: 5 }, () => Math.floor(dice() * lines.length)).map(at => ({
    id: lines[at]!.id,
    text: lines[at]!.text,
    anchor: anchorOn(kind, lines, at),
  }));
  for (let left = 1 + Math.floor(dice() * 8), next = 1000; left > 0; left--, next += 1000)
    lines = edit(kind, dice, lines, next);
  const text = render(kind, lines);
  for (const { id, anchor, text: quoted } of threads) {
    const found = lineAt(kind, lines, locateInFile(anchor, kind.path, text));
    const own = lines.find(line => line.id === id);
    sum.threads++;
    if (own && !own.edited) {
      sum.intact++;
      if (found === id) sum.reattached++;
    } else if (own) {
      sum.reworded++;
      if (found !== null && found !== id) sum.wrong++;
    } else if (lines.some(line => squeezed(line.text).includes(squeezed(quoted)))) sum.twins++;
    else {
      sum.gone++;
      if (found === null && anchor.quote === quoted) sum.orphaned++;
    }
  }
}

export const nothingYet = (): Survival => ({
  threads: 0,
  intact: 0,
  reattached: 0,
  gone: 0,
  twins: 0,
  orphaned: 0,
  reworded: 0,
  wrong: 0,
});

/** Numbers that look drawn, the same for the same seed (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
