import type { Role } from '../domain/team.ts';
import { refusal, type Refusal } from './refusal.ts';
import type { Held } from './rights.ts';

export interface Invite {
  inviteId: string;
  key: string;
  role: Role;
  /** Another device of the person who invited, an agent of theirs, or somebody else. */
  as: 'member' | 'device' | 'agent';
  expiresAt: string;
  invitedBy: string;
  /** Device that joined with it; null while unused. */
  usedBy: string | null;
  /** Withdrawn, or ended with the member who made it: from then on it lets nobody in. */
  ended: boolean;
}

/**
 * What the author of an entry was when writing it. `removed`: a removal is in the entry's own past. `unseen`: written
 * apart from a removal, and the remover had not seen it. `stranger`: never joined.
 */
export type Standing =
  | ({ kind: 'member'; person: string; answerable: string } & Held)
  | { kind: 'stranger' | 'removed' | 'unseen'; refusal: Refusal };

export const strangers = refusal(
  'FORBIDDEN',
  'The device is not a member of this team.',
  'Ask an owner for an invite.',
);
export const removed = refusal('FORBIDDEN', 'The device was removed from this team.', 'Ask an owner for a new invite.');
export const unseen = refusal(
  'FORBIDDEN',
  'The device was removed by an owner who had not seen this.',
  'A member can state it again.',
);
