import type { EventType } from '@benchmate/shared/domain/bench-event';
import type { Delivery, Webhook } from '@benchmate/shared/domain/webhook';
import type { ChipTone } from '@benchmate/shared/ui/chip';

export const eventWords: Record<EventType, string> = {
  'review.asked': 'a version needs approvals',
  'review.requested': 'somebody is asked for a review',
  'review.withdrawn': 'a request for a review was taken back',
  'review.declined': 'somebody will not review',
  'review.verdict': 'somebody gave a verdict',
  'alias.set': 'a version was promoted',
  'alias.contested': 'rival promotions',
  'alias.resolved': 'somebody chose among rivals',
  'run.finished': 'a run ended well',
  'run.failed': 'a run failed or was killed',
  'job.failed': 'a job of the queue failed',
};

export const webhookState = ({ off, paused, problem }: Webhook): { words: string; tone: ChipTone; icon: string } =>
  paused
    ? { words: 'paused', tone: 'warning', icon: 'debug-pause' }
    : off !== null
      ? { words: 'off', tone: 'bad', icon: 'error' }
      : problem !== null
        ? { words: 'failing', tone: 'warning', icon: 'warning' }
        : { words: 'on', tone: 'good', icon: 'check' };

export const deliveryTones: Record<Delivery['state'], ChipTone> = {
  waiting: 'warning',
  delivered: 'good',
  failed: 'bad',
};

export const eventsOf = ({ events }: Pick<Webhook, 'events'>): string =>
  events.length === 0 ? 'all events' : events.join(', ');
