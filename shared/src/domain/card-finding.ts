import { z } from 'zod';

/** What a check of a model card can find; a closed set, so that people can look a name up. */
export const cardRules = [
  'claim-wrong',
  'claim-unbound',
  'claim-unknown-run',
  'claim-unknown-metric',
  'claim-several-runs',
  'front-matter',
  'licence',
  'base-model',
  'datasets',
  'model-index',
  'sections',
  'more-information-needed',
  'hidden-characters',
  'merge-conflict',
  'not-text',
] as const;
export type CardRule = (typeof cardRules)[number];

/** Offsets count UTF-16 code units of the card; the end is exclusive. */
const textEdit = z.object({ startOffset: z.number().int(), endOffset: z.number().int(), text: z.string() });

/** Something a model card says that is wrong, not bound to a run, or not as Hugging Face expects it. */
export const cardFinding = z.object({
  rule: z.enum(cardRules),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  /** From 1, as compilers write them; the column counts UTF-16 code units. */
  line: z.number().int().min(1),
  column: z.number().int().min(1),
  startOffset: z.number().int(),
  endOffset: z.number().int(),
  /** Ways to settle it. Each touches the tokens in question and nothing else. */
  fixes: z.array(z.object({ title: z.string(), edits: z.array(textEdit) })),
});
export type CardFinding = z.infer<typeof cardFinding>;
