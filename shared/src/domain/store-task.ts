import { z } from 'zod';
import { taskShape } from './task.ts';

/** One thing that a check of the store found. An `error` means damaged or missing data, a `warning` something left over. */
export const finding = z.object({
  severity: z.enum(['error', 'warning']),
  /** What is wrong, and where: one sentence. */
  what: z.string(),
  nextStep: z.string(),
});
export type Finding = z.infer<typeof finding>;

export const checkResult = z.object({
  kind: z.literal('check'),
  ok: z.boolean(),
  findings: z.array(finding),
  /** How much was looked at. */
  runs: z.number().int(),
  facts: z.number().int(),
  documents: z.number().int(),
  artifacts: z.number().int(),
});
export type CheckResult = z.infer<typeof checkResult>;

export const compactResult = z.object({
  kind: z.literal('compact'),
  /** Database and its log together. */
  beforeBytes: z.number().int(),
  afterBytes: z.number().int(),
});

export const backupResult = z.object({
  kind: z.literal('backup'),
  file: z.string(),
  sizeBytes: z.number().int(),
  artifacts: z.number().int(),
  /** Whether the private key of this device is in the file. */
  holdsKey: z.boolean(),
});
export type BackupResult = z.infer<typeof backupResult>;

export const cleanResult = z.object({
  kind: z.literal('clean'),
  /** False when it was only counted. */
  removed: z.boolean(),
  runs: z.number().int(),
  experiments: z.number().int(),
  loggedModels: z.number().int(),
  /** Finished jobs whose output goes; the jobs stay in the list. */
  jobOutputs: z.number().int(),
  artifactBytes: z.number().int(),
  jobOutputBytes: z.number().int(),
  /** Deleted runs that stay because a registered version was made from them. */
  keptForVersions: z.number().int(),
});
export type CleanResult = z.infer<typeof cleanResult>;

/** A long piece of work on the store; one at a time. */
export const storeTask = z.object({
  ...taskShape,
  kind: z.enum(['check', 'compact', 'backup', 'clean']),
  result: z.discriminatedUnion('kind', [checkResult, compactResult, backupResult, cleanResult]).nullable(),
});
export type StoreTask = z.infer<typeof storeTask>;
export type StoreResult = NonNullable<StoreTask['result']>;
