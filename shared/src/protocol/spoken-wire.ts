import { z } from 'zod';

/**
 * Invites that are read aloud. The sync server is where two engines meet that know one code; it never sees the code. All are
 * `POST /~access/spoken/…` with JSON; bytes are base64url.
 *
 * The inviting engine opens a box for an invite of its own and gets a number, asks what is waiting in it, and answers each try.
 * The joining one tries with its share of a SPAKE2 exchange (RFC 9382, role A; names: its device key, and `code <number>`),
 * then asks for the outcome: the other share, what confirms that its maker knows the words, and the sealed invite.
 * A box takes `maxTries` tries in all, and none while the inviting engine does not ask.
 */
export const maxTries = 5;

const bytes = z.string().max(2000);

export const openBoxRequest = z.object({ ticket: z.string(), team: z.string(), inviteId: z.string() });
/** `key` opens the box for the other requests of the inviting engine. */
export const openBoxResponse = z.object({ number: z.number().int(), key: z.string(), expiresAt: z.number() });

export const waitingRequest = z.object({ key: z.string() });
export const waitingResponse = z.object({
  tries: z.array(z.object({ tryId: z.string(), device: z.string(), share: bytes })),
});

export const answerRequest = z.object({
  key: z.string(),
  tryId: z.string(),
  answer: z.object({ share: bytes, confirmation: bytes, sealed: bytes }),
});

export const closeBoxRequest = z.object({ key: z.string() });
/** Of answering and closing. */
export const doneResponse = z.object({});

export const tryRequest = z.object({ number: z.number().int().positive(), device: z.string().max(100), share: bytes });
export const tryResponse = z.object({ tryId: z.string() });

export const outcomeRequest = z.object({ number: z.number().int().positive(), tryId: z.string() });
/** `answer`: null until there is one. `triesLeft`: of the box, after this one. */
export const outcomeResponse = z.object({
  answer: answerRequest.shape.answer.nullable(),
  triesLeft: z.number().int(),
});
