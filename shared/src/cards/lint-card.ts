import type { CardFinding } from '../domain/card-finding.ts';
import { toErrorShape } from '../errors/benchmate-error.ts';
import { parseModelCard, type ModelCard } from '../formats/model-card.ts';
import { describeMetric } from '../formats/model-index-edit.ts';
import { claimFinding, type RunsOfCard } from './claim-findings.ts';
import { readClaims } from './claims.ts';
import { metadataFindings } from './metadata-findings.ts';
import { sectionFindings, textFindings } from './text-findings.ts';

export interface LintOptions {
  runs: RunsOfCard;
  /** Sections that the project asks for. */
  sections?: readonly string[] | undefined;
}

/**
 * Checks a model card: its claims against runs (N11), its front matter against what Hugging Face takes (N12), its text against what hides in
 * it. Needs no network. Findings stand in the order of the file; fixes rewrite the tokens in question alone. Never throws for what a card holds.
 */
export function lintCard(text: string, { runs, sections }: LintOptions): CardFinding[] {
  const place = placesIn(text);
  const nul = text.indexOf('\0');
  if (nul >= 0)
    return [
      {
        rule: 'not-text',
        severity: 'error',
        message: 'This is a binary file, and no model card.',
        startOffset: nul,
        endOffset: nul + 1,
        fixes: [],
        ...place(nul),
      },
    ];
  const card = readCard(text);
  const found = [
    ...textFindings(text),
    ...('error' in card
      ? [
          {
            rule: 'front-matter' as const,
            severity: 'error' as const,
            message: card.error,
            ...offsetOf(text, card.error),
            fixes: [],
          },
        ]
      : [
          ...metadataFindings(card),
          ...sectionFindings(card, sections),
          ...readClaims(card, metricNames(card, runs)).map(claim => claimFinding(claim, runs)),
        ]),
  ];
  return found
    .filter(finding => finding !== null)
    .toSorted((a, b) => a.startOffset - b.startOffset)
    .map(finding => ({ ...finding, ...place(finding.startOffset) }));
}

function readCard(text: string): ModelCard | { error: string } {
  try {
    const card = parseModelCard(text);
    return card.yaml === null
      ? { error: 'The card has no front matter: Hugging Face reads licence, data and results from it.' }
      : card;
  } catch (error) {
    return { error: toErrorShape(error).message };
  }
}

/** The line that the sentence of a parser names. */
function offsetOf(text: string, message: string): { startOffset: number; endOffset: number } {
  const lines = text.split('\n');
  const line = Math.min(lines.length, Math.max(1, Number(/at line (\d+)/.exec(message)?.[1] ?? 1)));
  const startOffset = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  return { startOffset, endOffset: startOffset + (lines[line - 1] ?? '').replace(/\r$/, '').length };
}

/** What metrics are called here: by the card, and by the runs. */
function metricNames({ results }: ModelCard, { recent }: RunsOfCard): string[] {
  const names = [
    ...results.flatMap(({ metric }) => [metric.name, metric.type]),
    ...recent.flatMap(({ metrics }) => Object.keys(metrics).flatMap(name => [name, describeMetric(name).type])),
  ];
  return [...new Set(names)].filter(name => /\p{L}{2}/u.test(name) && !name.startsWith('system/'));
}

function placesIn(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return offset => {
    const line = starts.findLastIndex(start => start <= offset);
    return { line: line + 1, column: offset - starts[line]! + 1 };
  };
}
