import { z } from 'zod';

export const verdict = z.enum(['approve', 'request-changes']);
export type Verdict = z.infer<typeof verdict>;

export const approval = z.object({
  device: z.string(),
  name: z.string(),
  verdict,
  comment: z.string(),
  at: z.string(),
});
export type Approval = z.infer<typeof approval>;

/** A verdict without a vote. */
export const remark = approval.omit({ verdict: true });
export type Remark = z.infer<typeof remark>;

/** Somebody was asked for a verdict. Declined by themselves, or taken back by who asked, it is `withdrawn`. */
export const reviewRequest = z.object({
  /** Key of the first device of who is asked. */
  person: z.string(),
  name: z.string(),
  by: z.object({ device: z.string(), name: z.string() }),
  comment: z.string(),
  at: z.string(),
  state: z.enum(['open', 'answered', 'withdrawn']),
});
export type ReviewRequest = z.infer<typeof reviewRequest>;

/** MLflow's stages, which it has deprecated in favour of aliases: a mark on a version, several versions may bear the same. */
export const modelStage = z.enum(['None', 'Staging', 'Production', 'Archived']);
export type ModelStage = z.infer<typeof modelStage>;

/** What the team's server keeps of a version's files. */
export const versionFiles = z.object({
  /** Blob id (SHA-256, hexadecimal) of the list of files (`protocol/blobs-wire.ts`). */
  manifest: z.string().regex(/^[0-9a-f]{64}$/),
  count: z.number().int().positive(),
  sizeBytes: z.number().int().nonnegative(),
});
export type VersionFiles = z.infer<typeof versionFiles>;

export const modelVersion = z.object({
  /** Stable and unique; what facts refer to. */
  versionId: z.string(),
  /** What people and MLflow call it: 1, 2, 3 …. Two versions registered apart keep one number each, decided alike on every replica. */
  version: z.number().int().positive(),
  model: z.string(),
  source: z.string(),
  runId: z.string().nullable(),
  registeredBy: z.object({ device: z.string(), name: z.string() }),
  at: z.string(),
  /** Of the last change to its name, description or stage. */
  revisedAt: z.string(),
  stage: modelStage,
  description: z.string(),
  tags: z.record(z.string(), z.string()),
  /** The latest verdict of each device, in order of arrival in the causal history. */
  approvals: z.array(approval),
  /** The last hundred verdicts without a vote, oldest first. */
  remarks: z.array(remark),
  /** The latest request to each person, in order of arrival in the causal history. */
  requests: z.array(reviewRequest),
  /** Null until the device that registered it shared its files. */
  files: versionFiles.nullable(),
});
export type ModelVersion = z.infer<typeof modelVersion>;

export const aliasClaim = z.object({
  versionId: z.string(),
  device: z.string(),
  name: z.string(),
  at: z.string(),
  entry: z.string(),
});
export type AliasClaim = z.infer<typeof aliasClaim>;

export const aliasState = z.object({
  alias: z.string(),
  /** The version that serves: while contested, the last uncontested one. Null when there was none. */
  holder: z.string().nullable(),
  contested: z.boolean(),
  /** The rival promotions while contested; else empty. */
  claims: z.array(aliasClaim),
});
export type AliasState = z.infer<typeof aliasState>;

export const registeredModel = z.object({
  name: z.string(),
  description: z.string(),
  tags: z.record(z.string(), z.string()),
  createdAt: z.string(),
  /** Of the last fact about it, whatever that says. */
  updatedAt: z.string(),
  /** Of the last change to its name, its description or its set of versions and their stages. */
  revisedAt: z.string(),
  versions: z.array(modelVersion),
  aliases: z.array(aliasState),
});
export type RegisteredModel = z.infer<typeof registeredModel>;

/** How many approvals of others a promotion to an alias needs. Aliases that are not named need none. */
export const aliasPolicies = z.record(z.string(), z.number().int().min(0).max(10));
export type AliasPolicies = z.infer<typeof aliasPolicies>;
