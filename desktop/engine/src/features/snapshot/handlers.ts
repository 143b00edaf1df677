import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { snapshot } from '@benchmate/shared/protocol/snapshot';
import type { SnapshotService } from './service.ts';

export function snapshotHandlers(service: SnapshotService): Handlers<typeof snapshot> {
  return {
    write: ({ projectId }) => service.write(projectId),
    read: ({ projectId }) => service.read(projectId),
    view: ({ projectId }) => service.view(projectId),
  };
}
