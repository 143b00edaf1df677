import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { jobs } from '@benchmate/shared/protocol/jobs';
import type { JobsService } from './service.ts';

export function jobsHandlers(service: JobsService): Handlers<typeof jobs> {
  return {
    submit: request => service.submit(request),
    list: ({ limit }) => service.list(limit),
    get: ({ jobId }) => service.get(jobId),
    cancel: ({ jobId }) => service.cancel(jobId),
    log: ({ jobId, offset, limit }) => service.log(jobId, offset, limit),
    changes: (_, signal, lastId) => service.changes.subscribe(signal, lastId),
  };
}
