import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { modelReviews } from '@benchmate/shared/protocol/model-reviews';
import type { ModelReviewsService } from './service.ts';

export function modelReviewsHandlers(service: ModelReviewsService): Handlers<typeof modelReviews> {
  return {
    show: input => service.show(input),
    request: input => service.request(input),
    withdraw: input => service.withdraw(input),
    submit: input => service.submit(input),
    setViewed: input => service.setViewed(input),
    required: () => service.required(),
    compareRequired: ({ rules }) => service.compareRequired(rules),
    setRequired: ({ rules, from }) => service.setRequired(rules, from),
  };
}
