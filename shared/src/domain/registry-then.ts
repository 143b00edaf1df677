import { z } from 'zod';
import { fileReview } from './file-review.ts';
import { aliasPolicies, registeredModel, reviewRequest, verdict } from './registry.ts';

/** Who stated something, by the name that the device had then. `at` is the author's own clock. */
const statement = z.object({ device: z.string(), name: z.string(), at: z.string(), entry: z.string() });

/** What an alias pointed to at an earlier moment, and how that had come about. */
export const aliasThen = z.object({
  model: z.string(),
  alias: z.string(),
  /** Number of the version that served; null when there was none. */
  version: z.number().int().nullable(),
  contested: z.boolean(),
  /** The promotion, or choice among rivals, that made it so. */
  setBy: statement.nullable(),
  /** Verdicts on the version that stood at the moment. */
  verdicts: z.array(
    statement.extend({
      verdict,
      comment: z.string(),
      /** Whether who set the alias had seen it: only such ones count for a policy. */
      seenBySetter: z.boolean(),
    }),
  ),
  /** Approvals that the team asked for at the moment; 0 without a policy. */
  approvalsNeeded: z.number().int(),
  /** Verdicts on it without a vote. @since 0.2 */
  remarks: z.array(statement.extend({ comment: z.string() })),
  /** The latest request to each person to review it, as it stood at the moment. @since 0.2 */
  requests: z.array(reviewRequest),
  /** Names of those whose approval the team required at the moment: of each group one. @since 0.2 */
  required: z.array(z.array(z.string())),
  /** The rival promotions while contested. */
  rivals: z.array(statement.extend({ version: z.number().int().nullable() })),
});
export type AliasThen = z.infer<typeof aliasThen>;

/** Entries of one device whose times contradict what they build on, or the present. */
export const clockDisagreement = z.object({
  device: z.string(),
  name: z.string(),
  /** The other clock; the same device where it contradicts itself or the present. */
  otherDevice: z.string(),
  otherName: z.string(),
  /** `older`: they claim to be older than what they build on. `future`: they claim a time that has not come. */
  kind: z.enum(['older', 'future']),
  entries: z.number().int(),
  /** Of them those that claim a time up to the moment and do not count at it. */
  heldBack: z.number().int(),
  largestMs: z.number(),
});
export type ClockDisagreement = z.infer<typeof clockDisagreement>;

/** The registry as it was: rules T1 to T5 in `facts/SPEC.md`. */
export const registryThen = z.object({
  /** The moment, ISO 8601 UTC; null when it is what the author of an entry had seen. */
  at: z.string().nullable(),
  /** Hash of that entry. */
  entry: z.string().nullable(),
  /** Entries that counted at the moment, and those that are held and came later. */
  entries: z.number().int(),
  later: z.number().int(),
  models: z.array(registeredModel),
  aliases: z.array(aliasThen),
  policies: aliasPolicies,
  /** Reviews of files, as they stood. @since 0.2 */
  files: z.array(fileReview),
  disagreements: z.array(clockDisagreement),
});
export type RegistryThen = z.infer<typeof registryThen>;

/** A moment at which something changed. */
export const registryMoment = z.object({
  /** From when on it counts, ISO 8601 UTC. */
  countsFrom: z.string(),
  /** The author's claim. */
  at: z.string(),
  entry: z.string(),
  name: z.string(),
  sentence: z.string(),
});
export type RegistryMoment = z.infer<typeof registryMoment>;
