import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { direct } from '@benchmate/shared/protocol/direct';
import type { DirectSharing } from '../../replication/direct/direct-sharing.ts';

export function directHandlers(sharing: DirectSharing): Handlers<typeof direct> {
  return {
    listen: request => sharing.listen(request),
    connect: ({ address }) => sharing.connect(address),
    stop: () => sharing.stop(),
  };
}
