import { findBlock } from '../formats/card-block.ts';
import { markdownLines } from '../formats/markdown-sections.ts';
import type { ModelCard } from '../formats/model-card.ts';
import type { EvalResult } from '../formats/model-index.ts';

/** What a number is bound to: the name or id of a run and one of its metrics; `external` where no run here made it. */
export interface ClaimReference {
  run: string;
  metric: string;
  startOffset: number;
  endOffset: number;
}

/** A number in a card that says how good the model is. Offsets count UTF-16 code units of the file. */
export interface Claim {
  /** As written, without a percent sign. */
  digits: string;
  value: number;
  percent: boolean;
  startOffset: number;
  endOffset: number;
  reference: ClaimReference | 'external' | null;
  /** The result of `model-index` that it is the value of. */
  result: EvalResult | null;
  /** The metric that the prose names beside it. */
  named: string | null;
  /** Where a reference is written, and how: a comment of YAML or of HTML. */
  bindAt: number;
  bindAs: 'yaml' | 'html';
}

const reference = /run:([^\s#()<>"]+)#([^\s()<>"]+)/;

/**
 * The claims of a card. A number of `model-index` is one; one of the prose is where it is bound, or where it is no whole number and
 * stands in one line with the name of a metric. A binding is a link (`[0.91](run:8f3a#val/acc)`) or a comment behind the number (`<!-- run:8f3a#val/acc -->`,
 * in YAML `# run:8f3a#val/acc`): GitHub and Hugging Face show the plain number for both.
 */
export function readClaims(card: ModelCard, metricNames: readonly string[]): Claim[] {
  return [...card.results.flatMap(result => resultClaim(card, result)), ...proseClaims(card, metricNames)];
}

function resultClaim({ yamlText, yamlOffset }: ModelCard, result: EvalResult): Claim[] {
  if (typeof result.value !== 'number' || !result.valueSpan) return [];
  const [start, end] = result.valueSpan;
  const lineEnd = (yamlText.indexOf('\n', end) + 1 || yamlText.length + 1) - 1;
  const rest = yamlText.slice(end, lineEnd).replace(/\r$/, '');
  const comment = /\s#\s*(?:(external)\b|(?=run:))/.exec(rest);
  const found = comment && reference.exec(rest.slice(comment.index));
  const at = yamlOffset + end + (comment?.index ?? 0) + (found?.index ?? 0);
  return [
    {
      digits: yamlText.slice(start, end),
      value: result.value,
      percent: false,
      startOffset: yamlOffset + start,
      endOffset: yamlOffset + end,
      reference: comment?.[1] ? 'external' : found ? referenceAt(found, at) : null,
      result,
      named: null,
      // Inside brackets a comment would swallow their end.
      bindAt: yamlOffset + end + (/^\s*(#|$)/.test(rest) ? 0 : rest.length),
      bindAs: 'yaml',
    },
  ];
}

function referenceAt([all, run = '', metric = '']: RegExpExecArray, startOffset: number): ClaimReference {
  return { run, metric: decoded(metric), startOffset, endOffset: startOffset + all.length };
}

function decoded(metric: string): string {
  try {
    return decodeURIComponent(metric);
  } catch {
    return metric;
  }
}

function proseClaims({ body, bodyOffset }: ModelCard, metricNames: readonly string[]): Claim[] {
  const block = findBlock(body, 'results');
  const runOfBlock = block && /Logged by run [^\n]*\(`([0-9a-f]{32})`\)/.exec(body.slice(block.start, block.end))?.[1];
  const claims: Claim[] = [];
  for (const { offset, line, literal } of markdownLines(body)) {
    if (literal || !/\d/.test(line)) continue;
    const names = namesIn(line, metricNames);
    const inBlock = block !== null && offset > block.start && offset < block.end;
    const [nameCell = '', cell] = (inBlock && runOfBlock && /^\|\s*([^|]+?)\s*\|/.exec(line)) || [];
    for (const number of numbersIn(line)) {
      if (number.index < nameCell.length) continue; // a metric may be called `recall at 5`
      const claim = claimOf(line, number, bodyOffset + offset);
      if (cell && runOfBlock && !claim.reference)
        claims.push({
          ...claim,
          reference: {
            run: runOfBlock,
            metric: cell.replaceAll('\\', ''),
            startOffset: claim.endOffset,
            endOffset: claim.endOffset,
          },
        });
      else if (claim.reference) claims.push(claim);
      else if (names.length > 0 && !inBlock && (/[.,eE]/.test(claim.digits) || claim.percent)) {
        const distance = (name: { at: number }) => Math.abs(name.at - number.index);
        const nearest = names.reduce((a, b) => (distance(b) < distance(a) ? b : a));
        claims.push({ ...claim, named: nearest.name });
      }
    }
  }
  return claims;
}

/** Numbers outside of inline code, links' addresses, HTML and versions such as 1.2.3. */
function numbersIn(line: string): RegExpExecArray[] {
  const shown = line.replaceAll(/`[^`]*`|<[^>]*>|\]\([^)]*\)|https?:\S+/g, part => ' '.repeat(part.length));
  return [
    ...shown.matchAll(/(?<![\p{L}\p{N}_.,:/#@-])[-−+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\p{L}\p{N}_]|[.,:/-]\d)/gu),
  ] as RegExpExecArray[];
}

function claimOf(line: string, { 0: digits, index }: RegExpExecArray, lineOffset: number): Claim {
  const end = index + digits.length;
  const percentSign = /^\s?\\?%/.exec(line.slice(end))?.[0] ?? '';
  const afterNumber = end + percentSign.length;
  const rest = line.slice(afterNumber);
  // Closing emphasis, a link's bracket, blanks: then the binding.
  const binding = /^[*_\]]{0,4}\s*(?:\(|<!--\s*)(?:(external)\b|(?=run:))/.exec(rest);
  const found = binding && reference.exec(rest.slice(binding.index));
  const startOffset = lineOffset + index;
  return {
    digits,
    value: Number(digits.replace('−', '-')),
    percent: percentSign !== '',
    startOffset,
    endOffset: startOffset + digits.length,
    reference: binding?.[1]
      ? 'external'
      : found
        ? referenceAt(found, lineOffset + afterNumber + binding.index + found.index)
        : null,
    result: null,
    named: null,
    bindAt: lineOffset + afterNumber + (/^[*_]{1,3}/.exec(rest)?.[0].length ?? 0),
    bindAs: 'html',
  };
}

/** Metric names that a line says, as people write them: `val_auc`, `Val AUC`, `val/auc`. */
function namesIn(line: string, metricNames: readonly string[]): { name: string; at: number }[] {
  const plain = spoken(line);
  return metricNames.flatMap(name => {
    const at = ` ${plain} `.indexOf(` ${spoken(name)} `);
    return at < 0 || spoken(name) === '' ? [] : [{ name, at }];
  });
}

/** Of the same length as what it is made of, so that places stay. */
function spoken(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, ' ')
    .trimEnd();
}
