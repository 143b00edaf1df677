import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { lackedRight } from '@benchmate/shared/facts/lacked-right';
import type { TeamMembership } from './team-membership.ts';

/** Entries that a device brings, when all of them are in their feeds. */
interface Offer {
  device: string;
  /** Before any of them. */
  isMember: boolean;
  /** With all of them. */
  growing: TeamMembership;
  /** Milliseconds since 1970 UTC, by this server's clock. */
  now: number;
  maxMembers: number;
}

const clockAheadMs = 600_000;

/** Why an entry of an offer is not taken; null when it is (M10, SY15). */
export function refusalOf(item: HeldEntry, offer: Offer): string | null {
  const { device, growing } = offer;
  const { author } = item.entry;
  const judged = growing.told;
  if (judged.teamId === '') return 'This team is not known here: its founding entry comes first.';
  if (!judged.members.some(member => member.active && member.device === device))
    return judged.ignored.get(item.hash)?.message ?? 'The device is not a member of this team.';
  if (growing.isWaiting(item)) return 'It refers to entries that are not here yet.';
  const standing = judged.standing(item);
  if (standing.kind === 'stranger') return judged.ignored.get(item.hash)?.message ?? standing.refusal.message;
  if (standing.kind === 'removed') return standing.refusal.message;
  // From others it is taken: it counts nowhere, and what its author wrote afterwards rests on it.
  const lacked = author === device ? lackedRight(item, judged) : null;
  return lacked?.message ?? joiningRefusal(item, offer);
}

function joiningRefusal(
  { entry: { author, fact, at } }: HeldEntry,
  { device, isMember, growing, now, maxMembers }: Offer,
): string | null {
  if (fact.kind !== 'member.added') return null;
  const { members, invites } = growing.told;
  if (members.filter(({ active }) => active).length > maxMembers) return `A team may have ${maxMembers} members here.`;
  if (author !== device || isMember) return null;
  const invite = invites.find(({ inviteId }) => inviteId === fact.inviteId);
  if (invite && now > Date.parse(invite.expiresAt)) return `The invite expired on ${invite.expiresAt}.`;
  return Date.parse(at) > now + clockAheadMs ? 'The clock of the device is ahead.' : null;
}
