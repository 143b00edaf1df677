import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { webhooks } from '@benchmate/shared/protocol/webhooks';
import type { WebhooksService } from './service.ts';

export function webhooksHandlers(service: WebhooksService): Handlers<typeof webhooks> {
  return {
    add: input => service.add(input),
    list: () => service.list(),
    remove: ({ webhookId }) => service.remove(webhookId),
    setPaused: ({ webhookId, paused }) => service.setPaused(webhookId, paused),
    test: ({ webhookId }) => service.test(webhookId),
    deliveries: ({ webhookId, limit }) => service.deliveries(webhookId, limit),
    changes: (_input, signal, lastId) => service.changes.subscribe(signal, lastId),
    events: (_input, signal, lastId) => service.events(signal, lastId),
  };
}
