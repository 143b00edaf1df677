import { z } from 'zod';
import { entry } from '../facts/entry.ts';

/**
 * Feeds between an engine and the sync server: a WebSocket at `/~feeds/<team>`, JSON text frames. The client opens with
 * `have`; the server answers with what the client lacks and its own `have`; the client sends what the server lacks.
 * `ack` follows the commit; entries are then passed on to the other connections of the team.
 */
const feedsMessage = z.discriminatedUnion('type', [
  /**
   * `heads` (F10 of the facts' SPEC.md): the hash that each number of `vector` stands for. The client's names all authors, the server's answer
   * only those of whom it does not hold what the client said.
   */
  z.object({
    type: z.literal('have'),
    vector: z.record(z.string(), z.number().int()),
    heads: z.record(z.string(), z.string().max(43)).optional(),
  }),
  z.object({ type: z.literal('entries'), entries: z.array(entry).max(1000) }),
  /** Highest committed seq per author of what this connection sent. */
  z.object({ type: z.literal('ack'), vector: z.record(z.string(), z.number().int()) }),
  /** What was refused and why; the connection stays. */
  z.object({ type: z.literal('refused'), author: z.string(), seq: z.number().int(), reason: z.string() }),
]);
export type FeedsMessage = z.infer<typeof feedsMessage>;

const anyMessage = z.looseObject({
  type: z.string().min(1).max(100),
  vector: z.unknown().optional(),
  heads: z.unknown().optional(),
  entries: z.unknown().optional(),
});

/** A team has far fewer devices, former ones included; to look at more than that one by one would hold up everybody else. */
const maxDevices = 20_000;

/**
 * One frame of the wire. Null for a message of a type that a later version added: whoever does not know it leaves it aside, so that
 * older and newer engines and servers work together. Throws for what is no message.
 */
export function readFeedsMessage(text: string): FeedsMessage | null {
  const value = anyMessage.parse(JSON.parse(text));
  const entries = Array.isArray(value.entries) ? (value.entries as { after?: unknown }[]) : [];
  if ([value.vector, value.heads, ...entries.map(each => each?.after)].some(vector => devicesOf(vector) > maxDevices))
    throw new RangeError(`A vector may name ${maxDevices} devices.`);
  const isKnown = feedsMessage.options.some(({ shape }) => shape.type.value === value.type);
  return isKnown ? feedsMessage.parse(value) : null;
}

const devicesOf = (vector: unknown): number =>
  typeof vector === 'object' && vector !== null ? Object.keys(vector).length : 0;

/**
 * Access: `POST /~access/challenge {device}` → `{nonce}` (one use, one minute), then `POST /~access/session
 * {device, nonce, signature}` → `{ticket, expiresAt}`; the signature is over `benchmate-sync:<nonce>`. With `invite` a
 * device that is not yet a member may read the team's feeds and add the one entry that makes it a member; the proof is the
 * invite key's signature over `join:<team>:<device>`. A team comes to a server when its founder's first entry is sent.
 */
export const challengeRequest = z.object({ device: z.string() });
export const challengeResponse = z.object({ nonce: z.string() });
export const sessionRequest = z.object({
  device: z.string(),
  nonce: z.string(),
  signature: z.string(),
  invite: z.object({ team: z.string(), inviteId: z.string(), proof: z.string() }).optional(),
  /** The recovery key's signature over `recover:<team>:<device>`: lets a new device in as an invite does. */
  recovery: z.object({ team: z.string(), proof: z.string() }).optional(),
});
export const sessionResponse = z.object({ ticket: z.string(), expiresAt: z.number() });

/** `POST /~sign-in/out`: ends the sign-in for the ticket's device, and its connections. NOT_FOUND where nobody has to sign in. */
export const signOutRequest = z.object({ ticket: z.string() });

/** `POST /~access/recovery`: the teams whose id begins as the recovery key says (facts/recovery-key.ts). */
export const recoveryRequest = z.object({ hint: z.string().length(10) });
export const recoveryResponse = z.object({ teams: z.array(z.string()) });
