import { z } from 'zod';
import { metricVerdict } from '../domain/metric.ts';
import { mutation } from './contract.ts';

/** `ParamEffect` (diff/param-effect.ts) with its place in the text that was asked about. */
const placedEffect = z.object({
  /** From 0; the line on which the value ends. */
  line: z.number().int(),
  key: z.string(),
  old: z.string().nullable(),
  new: z.string(),
  text: z.string(),
  verdict: metricVerdict,
  effect: z
    .object({
      difference: z.number(),
      halfWidth: z.number().nullable(),
      df: z.number().nullable(),
      oldCount: z.number().int(),
      newCount: z.number().int(),
    })
    .nullable(),
});
export type PlacedEffect = z.infer<typeof placedEffect>;

/** Params files against the runs of this engine. Nothing is stored: the text of the file comes with the question. */
export const params = {
  /**
   * What the values of a params file that differ from those of the project's baseline did to its metric. None without a
   * baseline, or where the text is no valid YAML (half typed).
   */
  effects: mutation(
    z.object({ projectId: z.string(), text: z.string().max(5_000_000) }),
    z.object({ effects: z.array(placedEffect) }),
  ),
};
