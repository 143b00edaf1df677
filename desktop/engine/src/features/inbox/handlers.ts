import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { inbox } from '@benchmate/shared/protocol/inbox';
import type { InboxService } from './service.ts';

export function inboxHandlers(service: InboxService): Handlers<typeof inbox> {
  return {
    list: request => service.list(request),
    dismiss: ({ itemId }) => service.dismiss(itemId),
    changes: (_input, signal, lastId) => service.changes(signal, lastId),
    claimNotice: ({ eventId }) => ({ mayTell: service.claimNotice(eventId) }),
  };
}
