import type { audit } from '@benchmate/shared/protocol/audit';
import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { AuditService } from './service.ts';

export function auditHandlers(service: AuditService): Handlers<typeof audit> {
  return {
    asOf: input => service.asOf(input),
    moments: ({ model }) => service.moments(model),
  };
}
