import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { textSearch } from '@benchmate/shared/protocol/text-search';
import type { TextSearchService } from './service.ts';

export function textSearchHandlers(service: TextSearchService): Handlers<typeof textSearch> {
  return {
    find: request => service.find(request),
    rebuild: () => service.rebuild(),
  };
}
