import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { bundles } from '@benchmate/shared/protocol/bundles';
import type { BundlesService } from './service.ts';

export function bundlesHandlers(service: BundlesService): Handlers<typeof bundles> {
  return {
    begin: request => service.begin(request),
    wait: ({ taskId, withinMs }, signal) => service.wait(taskId, withinMs, signal),
    cancel: ({ taskId }) => service.cancel(taskId),
  };
}
