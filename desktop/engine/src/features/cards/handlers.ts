import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { cards } from '@benchmate/shared/protocol/cards';
import type { CardsService } from './service.ts';

export function cardsHandlers(service: CardsService): Handlers<typeof cards> {
  return {
    check: async ({ projectId, text }) => ({ findings: await service.check(projectId, text) }),
    diff: ({ projectId, before, after }) => {
      const diff = service.diff(projectId, before, after);
      const results = diff.results.map(change => ({ ...change, old: sendable(change.old), new: sendable(change.new) }));
      return { ...diff, results };
    },
  };
}

/** YAML has `.nan` and `.inf`, JSON has not. */
const sendable = <T>(value: T): T | string =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
