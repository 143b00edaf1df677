import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { links } from '@benchmate/shared/protocol/links';
import type { TextSearchService } from '../text-search/service.ts';
import type { LinksService } from './service.ts';

export function linksHandlers(service: LinksService, texts: TextSearchService): Handlers<typeof links> {
  return {
    resolve: ({ hrefs, projectId }) => service.resolve(hrefs, projectId),
    backlinks: ({ target, limit }) => texts.pointingAt(target, limit),
  };
}
