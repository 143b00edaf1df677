import { z } from 'zod';
import { reviewVerdict } from './model-review.ts';
import { runStatus } from './run.ts';

/**
 * Something that happened and that people want to hear of. Events carry names, numbers and ids; never the text of a note, a
 * comment or a description, never a param, a command or a path.
 */
const by = z.object({
  /** The device that signed it. */
  device: z.string(),
  /** What its person is called now. */
  name: z.string(),
});
const ofFact = {
  /** Team that it happened in. */
  teamId: z.string(),
  /** Hash of the signed entry: the same on every device. */
  entry: z.string(),
  by,
};
/** Who is asked for a verdict: the key of their first device, and what they are called now. */
const asked = z.array(z.object({ person: z.string(), name: z.string() }));
const ofVersion = {
  model: z.string(),
  version: z.number().int().positive(),
  versionId: z.string(),
};
const ofRun = z.object({
  runId: z.string(),
  name: z.string(),
  experimentName: z.string(),
  projectId: z.string().nullable(),
  jobId: z.string().nullable(),
  status: runStatus,
  /** Milliseconds since 1970 UTC, as its script said. */
  startTime: z.number(),
  endTime: z.number().nullable(),
});

const head = {
  /** The same wherever it is told, and however often: who counts events tells them apart by it. */
  id: z.string(),
  /** ISO 8601, UTC. Of a fact: when its author signed it, by the author's clock. Else: when the engine saw it. */
  at: z.string(),
};

export const benchEvent = z.discriminatedUnion('type', [
  /** A version was registered that needs approvals of others (alias → how many) before it may serve. */
  z.object({
    ...head,
    type: z.literal('review.asked'),
    data: z.object({ ...ofFact, ...ofVersion, approvals: z.record(z.string(), z.number().int().positive()) }),
  }),
  /** Somebody asked people by name for a verdict. @since 0.2 */
  z.object({ ...head, type: z.literal('review.requested'), data: z.object({ ...ofFact, ...ofVersion, asked }) }),
  /** Who had asked took it back. @since 0.2 */
  z.object({ ...head, type: z.literal('review.withdrawn'), data: z.object({ ...ofFact, ...ofVersion, asked }) }),
  /** Who was asked will give no verdict. `askedBy`: who had asked them last. @since 0.2 */
  z.object({
    ...head,
    type: z.literal('review.declined'),
    data: z.object({ ...ofFact, ...ofVersion, askedBy: by.nullable() }),
  }),
  /** `comment` is without a vote. `askedBy`: who had asked for it last, by name; null when nobody did. */
  z.object({
    ...head,
    type: z.literal('review.verdict'),
    data: z.object({ ...ofFact, ...ofVersion, verdict: reviewVerdict, registeredBy: by, askedBy: by.nullable() }),
  }),
  /** A version was promoted, and nobody else promoted another one apart from it. */
  z.object({
    ...head,
    type: z.literal('alias.set'),
    data: z.object({ ...ofFact, ...ofVersion, alias: z.string() }),
  }),
  /** Different versions were promoted to one alias by people who had not seen each other: somebody has to choose. */
  z.object({
    ...head,
    type: z.literal('alias.contested'),
    data: z.object({
      teamId: z.string(),
      model: z.string(),
      alias: z.string(),
      /** The version that serves until somebody chooses; null when there was none. */
      serving: z.number().int().positive().nullable(),
      claims: z.array(z.object({ ...ofVersion, by, at: z.string(), entry: z.string() })),
    }),
  }),
  /** Somebody chose among the rival versions of a contested alias. */
  z.object({
    ...head,
    type: z.literal('alias.resolved'),
    data: z.object({ ...ofFact, ...ofVersion, alias: z.string() }),
  }),
  z.object({ ...head, type: z.literal('run.finished'), data: ofRun }),
  /** It failed, or was killed: `status` says which. */
  z.object({ ...head, type: z.literal('run.failed'), data: ofRun }),
  /** It ended with an error (`failed`), or vanished without a word (`lost`). */
  z.object({
    ...head,
    type: z.literal('job.failed'),
    data: z.object({
      jobId: z.string(),
      projectId: z.string().nullable(),
      state: z.enum(['failed', 'lost']),
      exitCode: z.number().int().nullable(),
      /** Milliseconds since 1970 UTC. */
      startedAt: z.number().nullable(),
      endedAt: z.number().nullable(),
    }),
  }),
]);
export type BenchEvent = z.infer<typeof benchEvent>;

export const eventTypes = [
  'review.asked',
  'review.requested',
  'review.withdrawn',
  'review.declined',
  'review.verdict',
  'alias.set',
  'alias.contested',
  'alias.resolved',
  'run.finished',
  'run.failed',
  'job.failed',
] as const satisfies readonly BenchEvent['type'][];
export const eventType = z.enum(eventTypes);
export type EventType = z.infer<typeof eventType>;
