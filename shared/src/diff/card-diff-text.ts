import type { EvalResult } from '../formats/model-index.ts';
import type { CardDiff, FieldChange, ResultChange } from './card-diff.ts';
import { describeVerdict, formatDifference, formatMetric, verdictMark } from './number-format.ts';
import type { WordChange } from './prose.ts';
import type { SectionChange } from './section-diff.ts';
import { alignColumns, part, type TextLine, type Tone } from './text-line.ts';

const verbs = { added: 'added', removed: 'removed', renamed: 'renamed', changed: 'changed', moved: 'moved' } as const;
const nothing = 'The cards say the same.';

/** A card diff as lines for a terminal: flagged changes, results as a table, other fields, then prose with changed words marked. */
export function cardDiffLines(diff: CardDiff): TextLine[] {
  if (diff.empty) return [[part(nothing, 'muted')]];
  const blocks: TextLine[][] = [
    diff.flagged.map(change => [part(`! ${fieldSentence(change)}`, 'warning')]),
    resultLines(diff.results),
    diff.fields.map(change => [part(fieldSentence(change))]),
    ...diff.sections.map(sectionLines),
  ];
  return blocks.filter(block => block.length > 0).flatMap((block, i) => (i === 0 ? block : [[part('')], ...block]));
}

/** The same as Markdown, for a review comment. Text of the cards is escaped: it cannot add HTML. */
export function cardDiffMarkdown(diff: CardDiff): string {
  if (diff.empty) return `${nothing}\n`;
  const blocks: string[] = [];
  if (diff.flagged.length > 0)
    blocks.push(diff.flagged.map(change => `- ⚠ **${escape(fieldSentence(change))}**`).join('\n'));
  if (diff.results.length > 0) {
    const rows = diff.results.map(change =>
      [change.label, valueText(change.old), valueText(change.new), differenceText(change)].map(cell),
    );
    const table = [['Result', 'Old', 'New', 'Difference'], ['---', '---:', '---:', '---:'], ...rows];
    blocks.push(table.map(row => `| ${row.join(' | ')} |`).join('\n'));
  }
  if (diff.fields.length > 0) blocks.push(diff.fields.map(change => `- ${escape(fieldSentence(change))}`).join('\n'));
  for (const section of diff.sections) {
    const words = section.words.length > 0 ? `\n\n${inlineMarkdown(section.words)}` : '';
    blocks.push(`**${escape(sectionTitle(section))}** (${verbs[section.kind]})${words}`);
  }
  return `${blocks.join('\n\n')}\n`;
}

/** `license changed: apache-2.0 → mit`; lists say what came and went. */
export function fieldSentence({ key, kind, old, new: value, addedItems, removedItems }: FieldChange): string {
  if (kind === 'added') return `${key} added: ${value}`;
  if (kind === 'removed') return `${key} removed: ${old}`;
  if (addedItems.length + removedItems.length === 0) return `${key} changed: ${old} → ${value}`;
  return `${key} changed: ${[...removedItems.map(item => `− ${item}`), ...addedItems.map(item => `+ ${item}`)].join(', ')}`;
}

function resultLines(results: readonly ResultChange[]): TextLine[] {
  return alignColumns(
    results.map(change => [
      [part(change.label)],
      [part(valueText(change.old), 'muted')],
      [part('→', 'muted')],
      [part(valueText(change.new))],
      [part(differenceText(change), toneOf(change))],
      [part(change.kind === 'changed' ? describeVerdict(change.verdict, change.difference) : change.kind, 'muted')],
    ]),
  );
}

function differenceText({ difference, verdict, old, new: value }: ResultChange): string {
  if (difference === null) return '';
  const reference = Math.max(Math.abs(Number(old)), Math.abs(Number(value)));
  return `${verdictMark(verdict)} ${formatDifference(difference, reference)}`.trim();
}

function valueText(value: EvalResult['value']): string {
  return value === null ? '–' : typeof value === 'number' ? formatMetric(value) : String(value);
}

function toneOf({ verdict }: ResultChange): Tone {
  return verdict === 'better' ? 'good' : verdict === 'worse' ? 'bad' : 'muted';
}

function sectionTitle({ title, oldTitle, path }: SectionChange): string {
  const name = path.length > 0 ? path.slice(-2).join(' › ') : title || 'Text before the first heading';
  return oldTitle === null ? name : `${name} (was ${oldTitle || 'without a heading'})`;
}

function sectionLines(section: SectionChange): TextLine[] {
  const heading: TextLine = [part(sectionTitle(section), 'heading'), part(`  ${verbs[section.kind]}`, 'muted')];
  return [heading, ...wordLines(section.words).map((line): TextLine => [part('  '), ...line])];
}

/** Lines with a change and one line around each; words that went as `[-…-]`, words that came as `{+…+}`, as `git diff --word-diff`. */
function wordLines(words: readonly WordChange[]): TextLine[] {
  const lines: { parts: TextLine; changed: boolean }[] = [{ parts: [], changed: false }];
  for (const { kind, text } of words)
    text.split('\n').forEach((piece, i) => {
      if (i > 0) lines.push({ parts: [], changed: false });
      const line = lines.at(-1)!;
      if (kind !== 'same') line.changed = true;
      if (piece !== '') line.parts = [...line.parts, ...marked(kind, piece)];
    });
  const near = (i: number) => [lines[i - 1], lines[i], lines[i + 1]].some(line => line?.changed);
  return lines.filter(({ parts }, i) => parts.length > 0 && near(i)).map(({ parts }) => parts);
}

function marked(kind: WordChange['kind'], text: string): TextLine {
  if (kind === 'same') return [part(text)];
  const [, before = '', inner = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? [];
  if (inner === '') return [part(text)];
  return kind === 'added'
    ? [part(before), part(`{+${inner}+}`, 'added'), part(after)]
    : [part(before), part(`[-${inner}-]`, 'removed'), part(after)];
}

function inlineMarkdown(words: readonly WordChange[]): string {
  return words
    .map(({ kind, text }) => {
      if (kind === 'same') return escape(text);
      // Marks do not reach over lines, and not over the blanks at their ends.
      return text
        .split('\n')
        .map(piece =>
          piece.replace(/^(\s*)(\S.*?)(\s*)$/, (_all, a: string, inner: string, b: string) => {
            const mark = kind === 'added' ? '**' : '~~';
            return `${a}${mark}${escape(inner)}${mark}${b}`;
          }),
        )
        .join('\n');
    })
    .join('');
}

function cell(text: string): string {
  return escape(text).replaceAll('\n', ' ');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/([\\`*_[\]|~#])/g, '\\$1');
}
