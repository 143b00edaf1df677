import { z } from 'zod';
import { cardFinding } from '../domain/card-finding.ts';
import { metricDirection, metricVerdict } from '../domain/metric.ts';
import { mutation } from './contract.ts';

const text = z.string().max(5_000_000);
const whatHappened = z.enum(['added', 'removed', 'changed']);
const texts = z.array(z.string()).readonly();
const fieldChange = z.object({
  key: z.string(),
  kind: whatHappened,
  old: z.string().nullable(),
  new: z.string().nullable(),
  addedItems: texts,
  removedItems: texts,
});
const resultValue = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const resultChange = z.object({
  key: z.string(),
  label: z.string(),
  kind: whatHappened,
  old: resultValue,
  new: resultValue,
  difference: z.number().nullable(),
  direction: metricDirection,
  verdict: metricVerdict,
});
const sectionChange = z.object({
  kind: z.enum(['added', 'removed', 'renamed', 'changed', 'moved']),
  title: z.string(),
  path: texts,
  oldTitle: z.string().nullable(),
  words: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })).readonly(),
});

/** Model cards against the runs of this engine. Nothing is stored: a card stays a file, and its text comes with the question. */
export const cards = {
  /** Claims that do not fit their runs, and what Hugging Face would not take. `projectId` null: a card outside any project. */
  check: mutation(z.object({ projectId: z.string().nullable(), text }), z.object({ findings: z.array(cardFinding) })),
  /** What differs in meaning (`CardDiff`, diff/card-diff.ts); an empty text is a card that is not there. BAD_REQUEST where a card's YAML is not valid. */
  diff: mutation(
    z.object({ projectId: z.string().nullable(), before: text, after: text }),
    z.object({
      flagged: z.array(fieldChange).readonly(),
      results: z.array(resultChange).readonly(),
      fields: z.array(fieldChange).readonly(),
      sections: z.array(sectionChange).readonly(),
      empty: z.boolean(),
    }),
  ),
};
