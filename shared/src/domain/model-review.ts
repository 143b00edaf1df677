import { z } from 'zod';
import { modelVersion } from './registry.ts';

/** `comment`: without a vote. */
export const reviewVerdict = z.enum(['approve', 'request-changes', 'comment']);
export type ReviewVerdict = z.infer<typeof reviewVerdict>;

/** What promotions of a version to an alias ask for, and what of it is there. */
export const reviewTarget = z.object({
  /** `*`: every alias that is not named. */
  alias: z.string(),
  approvals: z.object({ needed: z.number().int(), given: z.number().int() }),
  /** Of each group one person has to approve; `people` are their names. */
  groups: z.array(z.object({ people: z.array(z.string()), approvedBy: z.string().nullable() })),
});
export type ReviewTarget = z.infer<typeof reviewTarget>;

/** A part of a version that is looked at by itself: a section of its card, its run, its files. */
export const reviewPart = z.object({
  /** The same in all versions: `card:Churn/Metrics`. */
  part: z.string(),
  label: z.string(),
  /** Whether it is another than in the version of the last review; null without one. */
  changed: z.boolean().nullable(),
  /** This device's mark, on what the part says now: it ends when that changes. */
  viewed: z.boolean(),
});
export type ReviewPart = z.infer<typeof reviewPart>;

/** All that a review of a version begins with. */
export const modelReview = z.object({
  model: z.string(),
  version: modelVersion,
  targets: z.array(reviewTarget),
  /** This person's last verdict on an earlier version of the model. */
  lastReviewed: z.object({ version: z.number().int().positive(), verdict: reviewVerdict, at: z.string() }).nullable(),
  parts: z.array(reviewPart),
  /** The project that builds the model, if one is known here. */
  projectId: z.string().nullable(),
  /** Drafts of comments in that project, which go out with the verdict. */
  drafts: z.array(z.object({ draftId: z.string(), label: z.string() })),
  /** Threads of that project, or on this version, that nobody has resolved. */
  openThreads: z.array(z.string()),
  /** Why this person can give no verdict; null when they can. */
  refusal: z.string().nullable(),
});
export type ModelReview = z.infer<typeof modelReview>;

/** A version on which somebody is asked and has not answered. */
export const askedVersion = z.object({
  model: z.string(),
  version: z.number().int().positive(),
  /** Names of who is asked. */
  people: z.array(z.string()),
  targets: z.array(reviewTarget),
});
export type AskedVersion = z.infer<typeof askedVersion>;

/** The `REVIEWERS` file in a project's folder on this machine. */
export const projectReviewers = z.object({
  projectId: z.string(),
  name: z.string(),
  /** Its lines about files. */
  paths: z.array(z.object({ pattern: z.string(), people: z.array(z.array(z.string())), line: z.number().int() })),
  /** How many of its lines are about models. */
  models: z.number().int(),
  /** Why its lines about models are not what counts, or what is wrong with it; null where nothing is. */
  problem: z.string().nullable(),
});
export type ProjectReviewers = z.infer<typeof projectReviewers>;
