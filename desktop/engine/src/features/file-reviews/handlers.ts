import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { fileReviews } from '@benchmate/shared/protocol/file-reviews';
import type { FileReviewsService } from './service.ts';

export function fileReviewsHandlers(service: FileReviewsService): Handlers<typeof fileReviews> {
  return {
    list: ({ projectId }) => service.list(projectId),
    show: input => service.show(input),
    request: input => service.request(input),
    withdraw: input => service.withdraw(input),
    submit: input => service.submit(input),
    check: ({ projectId, files }) => service.check(projectId, files),
  };
}
