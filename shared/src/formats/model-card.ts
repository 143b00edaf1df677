import { asMap, parseYaml, type ParsedYaml } from './yaml-text.ts';
import { splitFrontMatter } from './front-matter.ts';
import { markdownSections, type MarkdownSection } from './markdown-sections.ts';
import { readModelIndex, type EvalResult } from './model-index.ts';

/** A model card: Markdown with Hugging Face's YAML front matter. */
export interface ModelCard {
  /** Front matter without `model-index`, as plain data. */
  fields: Readonly<Record<string, unknown>>;
  results: readonly EvalResult[];
  sections: readonly MarkdownSection[];
  /** For edits: the parsed YAML (null without front matter) and where it stands in the file. */
  yaml: ParsedYaml | null;
  yamlOffset: number;
  yamlText: string;
  body: string;
  bodyOffset: number;
}

/** Reads a card. BAD_REQUEST with the line of the file when its YAML is not valid. */
export function parseModelCard(text: string, path = 'The model card'): ModelCard {
  const { yaml: yamlText, yamlOffset, yamlLine, body, bodyOffset } = splitFrontMatter(text, path);
  const yaml = yamlText === null ? null : parseYaml(yamlText, path, yamlLine);
  const root = yaml ? asMap(yaml.document.contents, yaml.document) : null;
  const { 'model-index': _results, ...fields } = (root?.toJS(yaml!.document, { maxAliasCount: 100 }) ?? {}) as Record<
    string,
    unknown
  >;
  return {
    fields,
    results: yaml ? readModelIndex(yaml.document) : [],
    sections: markdownSections(body),
    yaml,
    yamlOffset,
    yamlText: yamlText ?? '',
    body,
    bodyOffset,
  };
}
