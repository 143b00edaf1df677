import { formatDuration } from '@benchmate/shared/diff/quantity-format';
import type { Member, OpenInvite } from '@benchmate/shared/domain/team';

/** `a reviewer`: whom an invite lets in. */
export const inviteFor = ({ as, role }: Pick<OpenInvite, 'as' | 'role'>): string =>
  as === 'member' ? `${role === 'owner' ? 'an' : 'a'} ${role}` : as === 'device' ? 'another device' : 'an agent';

/** For how long it lets somebody in, and who made it. */
export function inviteAbout({ invitedBy, expiresAt }: OpenInvite, members: readonly Member[], nowMs: number): string {
  const name = members.find(({ device }) => device === invitedBy)?.name ?? 'somebody';
  return `${formatDuration(Math.max(0, Date.parse(expiresAt) - nowMs))} left · by ${name}`;
}
