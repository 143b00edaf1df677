import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { encryption } from '@benchmate/shared/protocol/encryption';
import type { EncryptionService } from './service.ts';

export function encryptionHandlers(service: EncryptionService): Handlers<typeof encryption> {
  return {
    list: () => service.states(),
    begin: ({ projectId }) => service.begin(projectId),
    changes: (_input, signal, lastId) => service.announcer.subscribe(signal, lastId),
  };
}
