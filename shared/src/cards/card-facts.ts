import { findBlock } from '../formats/card-block.ts';
import type { ModelCard } from '../formats/model-card.ts';
import { textOf, type EvalResult } from '../formats/model-index.ts';

/** What a card says, by the questions that other formats ask. Empty texts and lists where it says nothing. */
export interface CardFacts {
  name: string;
  overview: string;
  /** Hugging Face's ids. */
  licences: readonly { id: string; name: string; link: string }[];
  datasets: readonly string[];
  baseModels: readonly string[];
  task: string;
  library: string;
  results: readonly EvalResult[];
  params: readonly { name: string; value: string }[];
  uses: string;
  outOfScope: string;
  limitations: string;
  recommendations: string;
  training: string;
  citation: string;
  /** Grams of CO2 equivalents (`co2_eq_emissions`). */
  emissionsGrams: number | null;
}

/** Reads a card for an export. Places that nobody has filled (`[More Information Needed]`) count as empty. */
export function cardFacts(card: ModelCard, fallbackName: string): CardFacts {
  const { fields, results } = card;
  const list = (key: string): string[] => {
    const value = fields[key];
    return (Array.isArray(value) ? value : [value]).map(textOf).filter(Boolean);
  };
  const title = card.sections.find(({ level }) => level === 1);
  const emissions: unknown = fields.co2_eq_emissions;
  const grams =
    typeof emissions === 'object' && emissions !== null ? (emissions as { emissions?: unknown }).emissions : emissions;
  return {
    name:
      results[0]?.model || textOf(fields.model_name) || title?.title.replace(/^Model Card for /i, '') || fallbackName,
    overview: plain(title?.text ?? '') || plain(textUnder(card, /^model description$/i)),
    licences: list('license').map(id => ({ id, name: textOf(fields.license_name), link: textOf(fields.license_link) })),
    datasets: list('datasets'),
    baseModels: list('base_model'),
    task: textOf(fields.pipeline_tag) || (results[0]?.task.type ?? ''),
    library: textOf(fields.library_name),
    results,
    params: paramsOf(card),
    uses: plain(textUnder(card, /^(uses|intended uses?.*|direct use)$/i)),
    outOfScope: plain(textUnder(card, /^out-of-scope use$/i)),
    limitations: plain(textUnder(card, /limitations?|^risks$/i)),
    recommendations: plain(textUnder(card, /^recommendations$/i)),
    training: plain(textUnder(card, /^training (data|details)$/i)),
    citation: plain(textUnder(card, /^citation/i)),
    emissionsGrams: typeof grams === 'number' && Number.isFinite(grams) ? grams : null,
  };
}

/** A section with what stands below its deeper headings. */
function textUnder({ sections }: ModelCard, title: RegExp): string {
  const at = sections.findIndex(section => section.level > 0 && title.test(section.title));
  if (at < 0) return '';
  const below = sections.slice(at + 1);
  const end = below.findIndex(({ level }) => level <= sections[at]!.level);
  return [sections[at]!, ...below.slice(0, end < 0 ? below.length : end)].map(({ text }) => text).join('\n');
}

function plain(markdown: string): string {
  return markdown
    .replaceAll(/<!--[^]*?-->/g, '')
    .replaceAll(/\[More Information Needed\]/gi, '')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** The params that `card update` or `card new` entered. */
function paramsOf({ body }: ModelCard): CardFacts['params'] {
  const block = findBlock(body, 'params');
  if (!block) return [];
  const rows = [...body.slice(block.start, block.end).matchAll(/^\| (.+?) \| (.*?) \|$/gm)];
  return rows
    .map(([, name = '', value = '']) => ({
      name: name.replaceAll(/\\(.)/g, '$1'),
      value: value.replaceAll(/\\(.)/g, '$1'),
    }))
    .filter(({ name }) => name !== 'Param' && !name.startsWith('---'));
}
