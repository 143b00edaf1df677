import { z } from 'zod';
import { askedVersion, modelReview, projectReviewers, reviewPart, reviewVerdict } from '../domain/model-review.ts';
import { mutation, query } from './contract.ts';

const versionRef = z.object({ model: z.string(), version: z.number().int().positive() });
const comment = z.string().max(20_000).default('');
/** Names of members as the team shows them, or the beginnings of their keys (8 characters or more). */
const people = z.array(z.string().min(1).max(100)).max(20);
/** Rules of a `REVIEWERS` file, with people by name. */
const namedRules = z.array(z.object({ pattern: z.string().min(1).max(500), people: z.array(people) })).max(200);
const required = z.object({ rules: namedRules, from: z.string() });

/** Reviews of model versions: who is asked, what changed, verdicts. @since 0.2 */
export const modelReviews = {
  show: query(versionRef, modelReview),
  /** Nobody named: those whose approval the version lacks. FORBIDDEN when one of them may give no verdict. */
  request: mutation(versionRef.extend({ people, comment }), modelReview),
  /** Takes back what this person asked; naming themselves, they decline. */
  withdraw: mutation(versionRef.extend({ people: people.min(1), comment }), modelReview),
  /** A signed verdict, and with it the drafts of comments that are named. Refused before any of them is published. */
  submit: mutation(
    versionRef.extend({ verdict: reviewVerdict, comment, drafts: z.array(z.string()).max(200).default([]) }),
    modelReview,
  ),
  /** Marks a part as looked at, for this device alone. */
  setViewed: mutation(versionRef.extend({ part: z.string(), viewed: z.boolean() }), reviewPart),
  /** Whose approval is required now, by name. */
  required: query(z.void(), required),
  /** The newest versions on which somebody is asked, with what their promotion lacks; `more`: how many were left out. @since 0.2 */
  asked: query(z.void(), z.object({ versions: z.array(askedVersion), more: z.number().int() })),
  /** What `REVIEWERS` says in each project's folder on this machine. @since 0.2 */
  reviewersFiles: query(z.void(), z.array(projectReviewers)),
  /** Whether these rules are the ones that count. BAD_REQUEST for a name that is no member's, or more than one's. */
  compareRequired: query(z.object({ rules: namedRules }), z.object({ same: z.boolean() })),
  setRequired: mutation(z.object({ rules: namedRules, from: z.string().max(300) }), required),
};
