import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { system } from '@benchmate/shared/protocol/system';
import type { SystemService } from './service.ts';

export function systemHandlers(service: SystemService): Handlers<typeof system> {
  return {
    info: () => service.info(),
    companionLink: ({ path }) => ({ url: service.companionLink(path) }),
    stop: ({ force }) => service.stop(force),
  };
}
