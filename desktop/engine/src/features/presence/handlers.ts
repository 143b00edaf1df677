import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { presence } from '@benchmate/shared/protocol/presence';
import type { PresenceService } from './service.ts';

export function presenceHandlers(service: PresenceService): Handlers<typeof presence> {
  return {
    state: () => service.state(),
    look: ({ surface, place }) => service.look(surface, place),
    setTold: ({ told }) => service.setTold(told),
    changes: (_input, signal, lastId) => service.changes(signal, lastId),
  };
}
