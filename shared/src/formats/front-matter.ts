import { BenchmateError } from '../errors/benchmate-error.ts';

/** The two halves of a Markdown file with YAML front matter. Offsets count UTF-16 code units in the whole file. */
export interface FrontMatter {
  /** The YAML between the fences, with its last line ending; null without front matter. */
  yaml: string | null;
  yamlOffset: number;
  /** Lines of the file before the YAML. */
  yamlLine: number;
  body: string;
  bodyOffset: number;
}

/**
 * Splits a card as Hugging Face's Hub does: a first line `---`, then YAML up to the next line `---`. A file that opens the
 * fence and never closes it is BAD_REQUEST, because its prose would be taken for YAML.
 */
export function splitFrontMatter(text: string, path = 'The model card'): FrontMatter {
  const open = /^\uFEFF?---[ \t]*(\r\n|\n)/.exec(text);
  if (!open) return { yaml: null, yamlOffset: 0, yamlLine: 0, body: text, bodyOffset: 0 };
  const yamlOffset = open[0].length;
  const close = /^---[ \t]*(\r\n|\n|$)/m.exec(text.slice(yamlOffset));
  if (!close)
    throw new BenchmateError(
      'BAD_REQUEST',
      `${path} opens its YAML block at line 1 and never closes it.`,
      'Add a line `---` after the last line of YAML; nothing was changed.',
    );
  const bodyOffset = yamlOffset + close.index + close[0].length;
  return {
    yaml: text.slice(yamlOffset, yamlOffset + close.index),
    yamlOffset,
    yamlLine: 1,
    body: text.slice(bodyOffset),
    bodyOffset,
  };
}
