import type { audit } from '@benchmate/shared/protocol/audit';
import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { AuditService } from './service.ts';

export function auditHandlers(service: AuditService): Handlers<typeof audit> {
  return {
    asOf: input => service.asOf(input),
    moments: ({ model }) => service.moments(model),
    extent: () => service.extent(),
    stored: ({ after, limit }) => service.stored(after, limit),
    explained: ({ entries }) => service.explained(entries),
    seal: input => service.seal(input),
  };
}
