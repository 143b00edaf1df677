import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { presence } from '@benchmate/shared/protocol/presence';
import type { PresenceService } from './service.ts';

export function presenceHandlers(service: PresenceService): Handlers<typeof presence> {
  return {
    state: () => service.state(),
    look: ({ surface, place }) => service.look(surface, place),
    setTold: ({ told }) => service.setTold(told),
    changes: ({ surface }, signal, lastId) => {
      if (surface !== undefined) signal.addEventListener('abort', () => service.look(surface, null), { once: true });
      return service.changes(signal, lastId);
    },
  };
}
