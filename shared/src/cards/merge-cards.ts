import { splitFrontMatter } from '../formats/front-matter.ts';
import { lineEnding } from '../formats/text-edit.ts';
import type { CardConflict } from './conflict.ts';
import type { ThreeTexts } from './merge-entries.ts';
import { mergeFrontMatter } from './merge-front-matter.ts';
import { mergeProse } from './merge-prose.ts';
import { pickForm } from './pick.ts';

export interface MergedCard {
  text: string;
  conflicts: readonly CardConflict[];
}

/**
 * Three-way merge of model cards (N10). The result has valid front matter with every result that either side has, unless one side removed
 * it and the other left it alone. Changed apart on both sides, a value of the front matter is that of ours with theirs in a comment
 * `# CONFLICT`, and prose stands between git's markers. Without conflicts the order of the sides makes no difference.
 * BAD_REQUEST where the front matter of one of the three is not valid YAML.
 */
export function mergeCards({ base, ours, theirs }: ThreeTexts): MergedCard {
  const conflicts: CardConflict[] = [];
  const cards = [base ?? '', ours, theirs].map((text, i) => {
    const name = ['The common ancestor', 'Our card', 'Their card'][i];
    return splitFrontMatter(text.replaceAll('\r\n', '\n'), name);
  });
  const [o, a, b] = cards as [(typeof cards)[0], (typeof cards)[0], (typeof cards)[0]];
  const yaml = mergeFrontMatter({ base: o.yaml ?? '', ours: a.yaml ?? '', theirs: b.yaml ?? '' }, conflicts);
  const body = mergeProse({ base: base === null ? null : o.body, ours: a.body, theirs: b.body }, conflicts);
  const fenced = yaml === '' && !(a.yaml !== null && b.yaml !== null) ? '' : `---\n${yaml}---\n`;
  const newline = pickForm(base === null ? null : lineEnding(base), lineEnding(ours), lineEnding(theirs));
  const text = fenced + body;
  return { text: newline === '\n' ? text : text.replaceAll('\n', newline), conflicts };
}
