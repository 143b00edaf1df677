import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { store } from '@benchmate/shared/protocol/store';
import type { StoreService } from './service.ts';

export function storeHandlers(service: StoreService): Handlers<typeof store> {
  return {
    begin: request => service.begin(request),
    get: ({ taskId }) => service.get(taskId),
    wait: ({ taskId, withinMs }, signal) => service.wait(taskId, withinMs, signal),
    cancel: ({ taskId }) => service.cancel(taskId),
  };
}
