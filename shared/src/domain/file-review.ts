import { z } from 'zod';
import { approval, reviewRequest } from './registry.ts';

/** SHA-256 (hexadecimal) of what a file says: of UTF-8 text with its line ends as LF, so that it is the same on every machine; of anything else its bytes. */
export const fileContent = z.string().regex(/^[0-9a-f]{64}$/);
/** The commit that the file was at, where it was as committed. */
export const fileCommit = z.string().regex(/^[0-9a-f]{40,64}$/);

const about = { content: fileContent, commit: fileCommit.nullable() };

/** Reviews of one file of a project, whatever it said then: each verdict says which content it is about. */
export const fileReview = z.object({
  project: z.string(),
  /** From the root of the project, with `/`. */
  path: z.string(),
  /** The latest request to each person, in order of arrival in the causal history. */
  requests: z.array(reviewRequest.extend(about)),
  /** The latest vote of each person, in order of arrival in the causal history. */
  votes: z.array(approval.extend({ ...about, person: z.string() })),
  /** The last hundred verdicts without a vote, oldest first. */
  remarks: z.array(approval.omit({ verdict: true }).extend({ ...about, person: z.string() })),
});
export type FileReview = z.infer<typeof fileReview>;

/** A file's reviews beside what it says here and now. */
export const fileReviewNow = fileReview.extend({
  /** What the file in the project's folder says; null where there is none. */
  content: fileContent.nullable(),
  commit: fileCommit.nullable(),
  /** What it says, for who reads it in a browser; null for what is no text, or more than 200,000 bytes. */
  text: z.string().nullable(),
  /** This person's drafts of comments on it, which may go out with a verdict. */
  drafts: z.array(z.string()),
  /** Why this person can give no vote on what it says now; null when they can. */
  refusal: z.string().nullable(),
});
export type FileReviewNow = z.infer<typeof fileReviewNow>;
