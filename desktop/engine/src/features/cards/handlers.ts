import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { cards } from '@benchmate/shared/protocol/cards';
import type { CardsService } from './service.ts';

export function cardsHandlers(service: CardsService): Handlers<typeof cards> {
  return {
    check: async ({ projectId, text }) => ({ findings: await service.check(projectId, text) }),
  };
}
