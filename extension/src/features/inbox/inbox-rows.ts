import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { formatDuration, formatRelativeTime } from '@benchmate/shared/diff/quantity-format';

/** `3 h ago`, or how long there is left. */
export const inboxTime = ({ since, until }: InboxItem, nowMs: number): string =>
  until === null ? formatRelativeTime(since, nowMs) : `${formatDuration(Math.max(0, until - nowMs))} left`;

export const waitingWords = (count: number): string => (count === 1 ? '1 waits for you' : `${count} wait for you`);
