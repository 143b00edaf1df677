import { expect, test } from 'vitest';
import type { Member, OpenInvite } from '@benchmate/shared/domain/team';
import { inviteAbout, inviteFor } from './invite-rows.ts';

test('an invite says whom it lets in, who made it, and for how long', () => {
  const invite: OpenInvite = {
    inviteId: 'i',
    role: 'owner',
    as: 'member',
    invitedBy: 'd1',
    expiresAt: new Date(3 * 3_600_000).toISOString(),
  };
  expect(inviteFor(invite)).toBe('an owner');
  expect(inviteFor({ as: 'member', role: 'reviewer' })).toBe('a reviewer');
  expect(inviteFor({ as: 'agent', role: 'agent' })).toBe('an agent');
  expect(inviteFor({ as: 'device', role: 'owner' })).toBe('another device');
  const members = [{ device: 'd1', name: 'Ada' }] as Member[];
  expect(inviteAbout(invite, members, 3_600_000)).toBe('2 h 00 min left · by Ada');
  expect(inviteAbout(invite, [], 4 * 3_600_000)).toBe('0.0 s left · by somebody');
});
