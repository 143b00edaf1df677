import type { InboxItem, InboxPlace } from '@benchmate/shared/domain/inbox';
import { modelPath, pathTo } from '../shell/router.tsx';

export const inboxIcons: Record<InboxItem['kind'], string> = {
  'refused-device': 'error',
  fork: 'git-compare',
  contested: 'warning',
  quota: 'database',
  'refused-edit': 'circle-slash',
  'refused-fact': 'circle-slash',
  review: 'git-pull-request',
  approval: 'git-pull-request',
  promotion: 'rocket',
  changes: 'request-changes',
  orphan: 'comment-unresolved',
  webhook: 'broadcast',
  'not-shared': 'debug-disconnect',
  invite: 'mail',
};

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
  orphan: 'Thread without its text',
  webhook: 'Webhook off',
  'not-shared': 'Not shared',
  invite: 'Invite ends soon',
};

/** The page on which it is dealt with. */
export function pathOf(place: InboxPlace): string {
  switch (place.kind) {
    case 'model':
      return modelPath(place.model, place.version ?? undefined);
    case 'thread':
      return pathTo('threads', place.projectId, place.threadId);
    case 'webhook':
      return pathTo('webhooks', place.webhookId);
    case 'team':
      return '/team';
  }
}
