import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { drafts } from '@benchmate/shared/protocol/drafts';
import type { DraftsService } from './service.ts';

export function draftsHandlers(service: DraftsService): Handlers<typeof drafts> {
  return {
    list: ({ projectId }) => service.list(projectId),
    create: input => service.create(input),
    write: input => service.write(input),
    publish: ({ draftId }) => service.publish(draftId),
    discard: ({ draftId }) => service.discard(draftId),
    changes: (_input, signal, lastId) => service.announcer.subscribe(signal, lastId),
  };
}
