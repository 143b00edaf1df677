import type { InboxItem } from '@benchmate/shared/domain/inbox';
import type { Webhook } from '@benchmate/shared/domain/webhook';

/** Webhooks that switched themselves off. One that a person paused waits for nobody. */
export function webhookItems(webhooks: readonly Webhook[]): InboxItem[] {
  return webhooks
    .filter(({ off, paused }) => off !== null && !paused)
    .map(({ webhookId, url, off, waiting, createdAt }) => ({
      itemId: `webhook:${webhookId}:${off}`,
      kind: 'webhook',
      who: '',
      sentence: `The webhook to ${url} is off${waiting > 0 ? `, and ${waiting} ${waiting === 1 ? 'event waits' : 'events wait'}` : ''}.`,
      next: `Mend the receiver; a test that succeeds switches it on again. ${off}`,
      evidence: [],
      since: createdAt,
      until: null,
      project: null,
      action: 'Look at the webhook',
      place: { kind: 'webhook', webhookId },
      dismissible: true,
    }));
}
