import type { NewAnchor } from '../domain/thread-anchor.ts';
import { makeAnchor } from './anchor.ts';
import { makeCellAnchor } from './cells.ts';
import type { LocatedInFile } from './locate-in-file.ts';

/** For tests: files of the kinds that people review, whose every line is known by an id through whatever becomes of them. */
export interface Line {
  id: number;
  /** Without the white space around it. */
  text: string;
  indent: number;
  /** Its words were changed since the thread on it was begun. */
  edited: boolean;
}
/** Below 1, as `Math.random`. */
export type Dice = () => number;

export interface ArtifactKind {
  path: string;
  /** What a new line says; lines repeat themselves as often as they do in such files. */
  say: (dice: Dice, id: number) => string;
}

const pick = <T>(dice: Dice, of: readonly T[]): T => of[Math.floor(dice() * of.length)]!;
const words = 'accuracy of the model on held out slices falls where customers under twenty have few rows and no history so that loss rises after early steps'.split(' '); // prettier-ignore
const phrase = (dice: Dice, length: number) => Array.from({ length }, () => pick(dice, words)).join(' ');
const names = ['lr', 'depth', 'seed', 'dropout', 'batch_size', 'weight_decay', 'epochs', 'patience', 'momentum'];

export const artifactKinds: Record<'card' | 'params' | 'code' | 'notebook', ArtifactKind> = {
  card: {
    path: 'MODEL_CARD.md',
    say: dice =>
      dice() < 0.15 ? `## ${phrase(dice, 2)}` : dice() < 0.3 ? `- ${phrase(dice, 5)}` : `${phrase(dice, 12)}.`,
  },
  params: {
    path: 'params.yaml',
    say: dice =>
      `${pick(dice, names)}${dice() < 0.5 ? `_${Math.floor(dice() * 9)}` : ''}: ${Math.floor(dice() * 1000) / 1000}`,
  },
  code: { path: 'train.py', say: sayCode },
  notebook: { path: 'explore.ipynb', say: sayCode },
};

function sayCode(dice: Dice): string {
  const name = pick(dice, names);
  return pick(dice, [
    `${name} = model.fit(frame, ${pick(dice, names)}=${Math.floor(dice() * 100)})`,
    `mlflow.log_metric("${name}/${pick(dice, words)}", ${name})`,
    `for ${name} in range(${Math.floor(dice() * 50)}):`,
    'optimizer.zero_grad()',
    `return ${name}`,
    `# ${phrase(dice, 6)}`,
  ]);
}

/** Lines in cells of five, for a notebook. */
const cellsOf = (lines: readonly Line[]) =>
  Array.from({ length: Math.ceil(lines.length / 5) }, (_, at) => lines.slice(at * 5, at * 5 + 5));
const textOf = (lines: readonly Line[]) => lines.map(({ text, indent }) => ' '.repeat(indent) + text).join('\n');
/** A cell keeps its id as long as its first line does. */
const notebookCellsOf = (lines: readonly Line[]) =>
  cellsOf(lines).map(own => ({ id: `c${own[0]!.id}`, source: textOf(own) }));

export function render(kind: ArtifactKind, lines: readonly Line[]): string {
  if (!kind.path.endsWith('.ipynb')) return textOf(lines);
  const cells = notebookCellsOf(lines).map(({ id, source }) => ({ id, source: source.split(/(?<=\n)/) }));
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, cells });
}

export function anchorOn(kind: ArtifactKind, lines: readonly Line[], at: number): NewAnchor {
  const isNotebook = kind.path.endsWith('.ipynb');
  const within = isNotebook ? cellsOf(lines)[Math.floor(at / 5)]! : lines;
  const before = within.slice(0, isNotebook ? at % 5 : at);
  const { text, indent } = lines[at]!;
  const start = textOf(before).length + (before.length > 0 ? 1 : 0) + indent;
  const range = { start, end: start + text.length };
  return isNotebook
    ? makeCellAnchor(notebookCellsOf(lines), Math.floor(at / 5), range)
    : makeAnchor(textOf(lines), range);
}

/** Id of the line that a thread was found on. */
export function lineAt(kind: ArtifactKind, lines: readonly Line[], found: LocatedInFile): number | null {
  if (found.kind === 'orphaned') return null;
  const at = kind.path.endsWith('.ipynb') ? (found.cell ?? 0) * 5 + found.line : found.line;
  return lines[at]?.id ?? null;
}

export function newLines(kind: ArtifactKind, dice: Dice, count: number, firstId: number): Line[] {
  return Array.from({ length: count }, (_, i) => ({
    id: firstId + i,
    text: kind.say(dice, firstId + i),
    indent: Math.floor(dice() * 3) * 2,
    edited: false,
  }));
}

/** One change as people, formatters and rebases make it: lines come, go, move, are indented anew or reworded. */
export function edit(kind: ArtifactKind, dice: Dice, lines: readonly Line[], nextId: number): Line[] {
  const at = Math.floor(dice() * lines.length);
  const count = 1 + Math.floor(dice() * 6);
  const rest = [...lines.slice(0, at), ...lines.slice(at + count)];
  switch (Math.floor(dice() * 6)) {
    case 0:
      return [...lines.slice(0, at), ...newLines(kind, dice, dice() < 0.2 ? 100 : count, nextId), ...lines.slice(at)];
    case 1:
      return rest.length > 0 ? rest : [...lines];
    case 2: {
      const to = Math.floor(dice() * rest.length);
      return [...rest.slice(0, to), ...lines.slice(at, at + count), ...rest.slice(to)];
    }
    case 3:
      return lines.map(line => ({ ...line, indent: line.indent * 2 }));
    case 4:
      return lines.map((line, i) => (i >= at && i < at + count ? { ...line, indent: line.indent + 4 } : line));
    default:
      return lines.map((line, i) => (i === at ? { ...line, text: reworded(line.text, dice), edited: true } : line));
  }
}

function reworded(text: string, dice: Dice): string {
  const parts = text.split(' ');
  parts[Math.floor(dice() * parts.length)] = pick(dice, words);
  return parts.join(' ');
}
