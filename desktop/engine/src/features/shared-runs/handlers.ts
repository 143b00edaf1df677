import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { sharedRuns } from '@benchmate/shared/protocol/shared-runs';
import type { SharedRunsService } from './service.ts';

export const sharedRunsHandlers = (service: SharedRunsService): Handlers<typeof sharedRuns> => ({
  sharing: async ({ runId }) => service.sharing(runId),
  share: ({ runId }) => service.share(runId),
});
