import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { modelReviews } from '@benchmate/shared/protocol/model-reviews';
import type { ReviewerRules } from './reviewer-rules.ts';
import type { ModelReviewsService } from './service.ts';

export function modelReviewsHandlers(
  service: ModelReviewsService,
  rules: ReviewerRules,
): Handlers<typeof modelReviews> {
  return {
    show: input => service.show(input),
    request: input => service.request(input),
    withdraw: input => service.withdraw(input),
    submit: input => service.submit(input),
    setViewed: input => service.setViewed(input),
    required: () => service.required(),
    asked: () => rules.asked(),
    reviewersFiles: () => rules.files(),
    compareRequired: ({ rules: given }) => service.compareRequired(given),
    setRequired: ({ rules: given, from }) => service.setRequired(given, from),
  };
}
