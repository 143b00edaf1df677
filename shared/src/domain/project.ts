import { z } from 'zod';
import { metricDirection } from './metric.ts';

/** The file `benchmate.yaml` at the root of a project: in git, so that every clone means the same project. */
export const projectFile = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{7,63}$/),
  name: z.string().min(1).max(200),
  template: z.string().optional(),
  /** argv of one training run, without a shell; `python` means the project's own environment. */
  train: z.array(z.string()).min(1).default(['python', 'train.py']),
  params: z.string().default('params.yaml'),
  card: z.string().default('MODEL_CARD.md'),
  /** Headings that the model card has to have, as `benchmate card lint` checks. */
  cardSections: z.array(z.string().min(1)).optional(),
  model: z.string().optional(),
  primaryMetric: z.string().optional(),
  directions: z.record(z.string(), metricDirection).default({}),
  /** `automatic`: the text of shared state in `.benchmate/` is kept up to date by itself. */
  snapshot: z.enum(['manual', 'automatic']).optional(),
  /** `finished`: the team gets the numbers of each run as it ends; else of those that somebody shares, pins or has reviewed. */
  shareRuns: z.enum(['asked', 'finished']).optional(),
});
export type ProjectFile = z.infer<typeof projectFile>;

export const project = z.object({
  projectId: z.string(),
  name: z.string(),
  /** Absolute folder on this machine; null for a project known only through teammates. */
  dir: z.string().nullable(),
  experimentName: z.string(),
  primaryMetric: z.string().nullable(),
  directions: z.record(z.string(), metricDirection),
  card: z.string(),
  params: z.string(),
  model: z.string().nullable(),
  /** Baseline pinned by the team: a run id. */
  baselineRunId: z.string().nullable(),
});
export type Project = z.infer<typeof project>;

export const template = z.object({ name: z.string(), title: z.string(), description: z.string(), credits: z.string() });
export type Template = z.infer<typeof template>;
