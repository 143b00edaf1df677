import type { CardFinding } from '../domain/card-finding.ts';
import type { ModelCard } from '../formats/model-card.ts';

type Finding = Omit<CardFinding, 'line' | 'column'>;

/** What a card should say, each by the headings that say it (huggingface_hub's template, and what people write). */
const usualSections: Readonly<Record<string, RegExp>> = {
  Uses: /\b(uses?|usage)\b/i,
  'Bias, Risks, and Limitations': /\b(limit(ation)?s?|risks?|bias)\b/i,
  'Training Data': /\btraining (data|details|dataset|procedure)\b|^data$/i,
  Evaluation: /\b(evaluation|results?|metrics)\b/i,
};

/** `sections` are those that the project asks for; without it, the usual ones are advised. */
export function sectionFindings(card: ModelCard, sections: readonly string[] | undefined): Finding[] {
  const titles = card.sections.map(({ title }) => title);
  const missing = sections
    ? sections.filter(name => !titles.some(title => title.toLowerCase() === name.toLowerCase()))
    : Object.keys(usualSections).filter(name => !titles.some(title => usualSections[name]!.test(title)));
  return missing.map(name => ({
    rule: 'sections',
    severity: sections ? 'error' : 'info',
    message: `The card has no section '${name}'.`,
    startOffset: card.bodyOffset,
    endOffset: card.bodyOffset,
    fixes: [
      {
        title: `Add the section '${name}'`,
        edits: [
          {
            startOffset: card.bodyOffset + card.body.length,
            endOffset: card.bodyOffset + card.body.length,
            text: `${card.body.endsWith('\n') || card.body === '' ? '' : '\n'}\n## ${name}\n\n[More Information Needed]\n`,
          },
        ],
      },
    ],
  }));
}

/** What stands in the text itself: open places, forgotten conflicts, characters that nobody sees or that turn text around. */
export function textFindings(text: string): Finding[] {
  const found = (
    rule: CardFinding['rule'],
    severity: CardFinding['severity'],
    pattern: RegExp,
    message: (all: string) => string,
    fix?: string,
  ): Finding[] =>
    [...text.matchAll(pattern)].map(match => {
      const [startOffset, endOffset] = [match.index, match.index + match[0].length];
      const fixes = fix === undefined ? [] : [{ title: fix, edits: [{ startOffset, endOffset, text: '' }] }];
      return { rule, severity, message: message(match[0]), startOffset, endOffset, fixes };
    });
  const code = (character: string) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  return [
    ...found(
      'merge-conflict',
      'error',
      /^(?:[ \t]*(?:- )?# CONFLICT (?:ours|theirs): .*|<{7} .*|>{7} .*)$/gm,
      () => 'A merge left a conflict here: keep one of the two, then delete the mark.',
    ),
    // The embedding, overriding and isolating marks of Unicode, and what has no width; joiners inside emoji and scripts that need them stay.
    ...found(
      'hidden-characters',
      'error',
      /[\u202a-\u202e\u2066-\u2069]/gu,
      all =>
        `The character ${code(all)} turns the direction of the text around: what people read is not what stands here.`,
      'Remove the character',
    ),
    ...found(
      'hidden-characters',
      'warning',
      /[\u200b\u200e\u200f\u2060-\u2064\u00ad]|(?<!^)\ufeff|(?<=[\x20-\x7e])[\u200c\u200d]/gu,
      all => `The character ${code(all)} has no width: nobody sees it.`,
      'Remove the character',
    ),
    ...found('more-information-needed', 'info', /\[More Information Needed\]/gi, () => 'Nobody has written this yet.'),
  ];
}
