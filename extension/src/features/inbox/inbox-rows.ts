import type { InboxItem, InboxPlace } from '@benchmate/shared/domain/inbox';
import { formatDuration, formatRelativeTime } from '@benchmate/shared/diff/quantity-format';

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

/** `3 h ago`, or how long there is left. */
export const inboxTime = ({ since, until }: InboxItem, nowMs: number): string =>
  until === null ? formatRelativeTime(since, nowMs) : `${formatDuration(Math.max(0, until - nowMs))} left`;

export const waitingWords = (count: number): string => (count === 1 ? '1 waits for you' : `${count} wait for you`);

/** The companion's page on which it is dealt with. */
export function companionPath(place: InboxPlace): string {
  switch (place.kind) {
    case 'model':
      return `/models/${encodeURIComponent(place.model)}/${place.version === null ? 'latest' : `v${place.version}`}`;
    case 'thread':
      return `/threads/${encodeURIComponent(place.projectId)}/${encodeURIComponent(place.threadId)}`;
    case 'webhook':
      return `/webhooks/${encodeURIComponent(place.webhookId)}`;
    case 'team':
      return '/team';
  }
}
