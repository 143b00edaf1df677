import { z } from 'zod';

/**
 * What every anchor has, whatever it is about. A peer that knows text anchors alone reads these four and nothing else: it shows
 * the thread with its quote instead of leaving it out.
 */
const said = {
  /** The text that is meant, or in words the curve, the version, the column. */
  quote: z.string().max(2000),
  prefix: z.string().max(200),
  suffix: z.string().max(200),
  /** Last known line in the text, from 0; 0 where there is no text. */
  line: z.number().int().min(0),
};

/**
 * Text of a file: the quoted text with some context on both sides, and the last known place. Offsets count UTF-16 code units
 * from 0. Anchors of earlier versions have no kind, and those of text never need one.
 */
export const textAnchor = z.object({ kind: z.literal('text').optional(), ...said });
export type TextAnchor = z.infer<typeof textAnchor>;

/** A notebook's cell, or text in it. The text of the notebook is its cells one below the other (`documents/cells.ts`). */
export const cellAnchor = z.object({
  kind: z.literal('cell'),
  ...said,
  /** The notebook's own `cell.id`; null in `# %%` scripts and notebooks older than format 4.5, which have none. */
  cellId: z.string().max(64).nullable(),
  /** Last known position among the cells, from 0. */
  index: z.number().int().min(0),
  /** It is about the cell, whatever stands in it. */
  whole: z.boolean(),
});
export type CellAnchor = z.infer<typeof cellAnchor>;

/** A curve of a run, or a stretch of it. */
export const metricAnchor = z.object({
  kind: z.literal('metric'),
  ...said,
  runId: z.string().min(1).max(200),
  metric: z.string().min(1).max(500),
  /** Both ends included; null for the whole curve. */
  steps: z.object({ from: z.number().int(), to: z.number().int() }).nullable(),
});
export type MetricAnchor = z.infer<typeof metricAnchor>;

export const modelAnchor = z.object({
  kind: z.literal('model'),
  ...said,
  model: z.string().min(1).max(300),
  /** What facts call it. */
  versionId: z.string().min(1).max(200),
  /** What people called it when the thread was begun. */
  version: z.number().int().positive(),
});
export type ModelAnchor = z.infer<typeof modelAnchor>;

/** A column of a file of rows. */
export const columnAnchor = z.object({ kind: z.literal('column'), ...said, column: z.string().min(1).max(500) });
export type ColumnAnchor = z.infer<typeof columnAnchor>;

/** Of a kind that this version does not know: a teammate's newer one made it. Never written. */
export const unknownAnchor = z.object({ kind: z.literal('unknown'), ...said, called: z.string().max(100) });
export type UnknownAnchor = z.infer<typeof unknownAnchor>;

/** The kinds that a thread can be begun with. */
export const newAnchor = z.union([textAnchor, cellAnchor, metricAnchor, modelAnchor, columnAnchor]);
export type NewAnchor = z.infer<typeof newAnchor>;

export const threadAnchor = z.union([textAnchor, cellAnchor, metricAnchor, modelAnchor, columnAnchor, unknownAnchor]);
export type ThreadAnchor = z.infer<typeof threadAnchor>;
