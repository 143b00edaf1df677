import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { joinByFile } from '@benchmate/shared/protocol/join-by-file';
import type { JoinByFileService } from './service.ts';

export function joinByFileHandlers(service: JoinByFileService): Handlers<typeof joinByFile> {
  return {
    invite: request => service.invite(request),
    join: (request, signal) => service.join(request, signal),
  };
}
