import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { params } from '@benchmate/shared/protocol/params';
import type { ParamsService } from './service.ts';

export function paramsHandlers(service: ParamsService): Handlers<typeof params> {
  return {
    effects: async ({ projectId, text }) => ({ effects: await service.effects(projectId, text) }),
  };
}
