import { z } from 'zod';

const feeds = z.record(z.string(), z.number().int().min(0));

/**
 * Both ends speak alike. First `hello`; once that of the other is found good, `have`; from then on bundles of what the other lacks: one
 * `bundle`, its bytes as binary frames, one `end`. `took` answers each; when something was missing before it, a `have` follows.
 */
export const directMessage = z.discriminatedUnion('type', [
  /** `signature`: by `device`, over `helloText`. */
  z.object({ type: z.literal('hello'), v: z.literal(1), team: z.string(), device: z.string(), signature: z.string() }),
  /** Yjs state vectors in base64url, by document; `heads`: the hash that each number of `feeds` stands for. */
  z.object({
    type: z.literal('have'),
    feeds,
    heads: z.record(z.string(), z.string().max(43)).optional(),
    documents: z.record(z.string(), z.string()),
  }),
  z.object({ type: z.literal('bundle') }),
  z.object({ type: z.literal('end') }),
  z.object({ type: z.literal('took'), refused: z.array(z.string().max(1000)).max(100) }),
  z.object({ type: z.literal('refused'), reason: z.string().max(1000) }),
]);
export type DirectMessage = z.infer<typeof directMessage>;

export type Side = 'listening' | 'connecting';

/** For one connection, one team and one end of it alone. */
export const helloText = (side: Side, team: string, binding: string): string => `direct:${side}:${team}:${binding}`;
