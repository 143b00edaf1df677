import { z } from 'zod';

/** Few, so that they stay readable at a glance. Names are never changed or reused. */
export const reactionKinds = ['up', 'down', 'party', 'confused', 'heart', 'eyes'] as const;
export const reactionKind = z.enum(reactionKinds);
export type ReactionKind = z.infer<typeof reactionKind>;

export const reactionEmoji: Record<ReactionKind, string> = {
  up: '👍',
  down: '👎',
  party: '🎉',
  confused: '😕',
  heart: '❤️',
  eyes: '👀',
};

/** One kind with those who gave it; a person gives each kind once to a comment, from whatever device. */
export const reaction = z.object({
  kind: reactionKind,
  people: z.array(z.object({ person: z.string(), name: z.string() })),
});
export type Reaction = z.infer<typeof reaction>;
