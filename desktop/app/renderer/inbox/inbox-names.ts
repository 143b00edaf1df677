import type { InboxItem } from '@benchmate/shared/domain/inbox';

/** What it is, for the filter and for readers of screens. */
export const inboxNames: Record<InboxItem['kind'], string> = {
  'refused-device': 'Device refused',
  fork: 'Two histories',
  contested: 'Contested',
  quota: 'Too large for the server',
  'refused-edit': 'Edit refused',
  'refused-fact': 'Does not count',
  review: 'Review asked',
  approval: 'Approval missing',
  promotion: 'Ready to promote',
  changes: 'Changes asked',
  mention: 'Mentioned',
  orphan: 'Thread without its text',
  webhook: 'Webhook off',
  'not-shared': 'Not shared',
  invite: 'Invite ends soon',
};
