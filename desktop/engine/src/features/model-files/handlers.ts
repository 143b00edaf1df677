import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { modelFiles } from '@benchmate/shared/protocol/model-files';
import type { ModelFilesService } from './service.ts';

export function modelFilesHandlers(service: ModelFilesService): Handlers<typeof modelFiles> {
  return {
    begin: request => service.begin(request),
    wait: ({ taskId, withinMs }, signal) => service.wait(taskId, withinMs, signal),
    cancel: ({ taskId }) => service.cancel(taskId),
  };
}
