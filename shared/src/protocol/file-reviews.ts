import { z } from 'zod';
import { fileContent, fileReview, fileReviewNow } from '../domain/file-review.ts';
import { reviewVerdict } from '../domain/model-review.ts';
import { mutation, query } from './contract.ts';

const ofFile = z.object({ projectId: z.string(), path: z.string().min(1).max(1000) });
const comment = z.string().max(20_000).default('');
/** Names of members as the team shows them, or the beginnings of their keys (8 characters or more). */
const people = z.array(z.string().min(1).max(100)).max(20);

/** Reviews of files, such as model cards, by what they say. @since 0.2 */
export const fileReviews = {
  /** Of all files that anybody asked or said something about. */
  list: query(z.object({ projectId: z.string().optional() }), z.array(fileReview)),
  show: query(ofFile, fileReviewNow),
  /** About what the file says in the project's folder on this machine. FORBIDDEN when one of them may give no verdict. */
  request: mutation(ofFile.extend({ people: people.min(1), comment }), fileReviewNow),
  /** Takes back what this person asked; naming themselves, they decline. */
  withdraw: mutation(ofFile.extend({ people: people.min(1), comment }), fileReviewNow),
  /** A signed verdict on what the file says, and with it the drafts of comments that are named. CONFLICT where it no longer says `content`. */
  submit: mutation(
    ofFile.extend({
      verdict: reviewVerdict,
      comment,
      content: fileContent.optional(),
      drafts: z.array(z.string()).max(200).default([]),
    }),
    fileReviewNow,
  ),
  /** Whose approval the files lack for what they say: of each group one person's. Who asked about the content is not among them. */
  check: query(
    z.object({
      projectId: z.string(),
      files: z.array(z.object({ path: z.string().min(1).max(1000), groups: z.array(people) })).max(1000),
    }),
    z.array(
      z.object({
        path: z.string(),
        content: fileContent.nullable(),
        /** Names. */
        approvedBy: z.array(z.string()),
        /** Who approved another content of the file. */
        outdated: z.array(z.string()),
        /** Who asks for changes to what it says. */
        against: z.array(z.string()),
        missing: z.array(z.array(z.string())),
      }),
    ),
  ),
};
