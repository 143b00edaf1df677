import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { registry } from '@benchmate/shared/protocol/registry';
import type { RegistryService } from './service.ts';

export function registryHandlers(service: RegistryService): Handlers<typeof registry> {
  return {
    list: () => service.list(),
    get: ({ model }) => service.get(model),
    policies: () => service.policies(),
    register: input => service.register(input),
    approve: ({ verdict, comment, ...ref }) => service.approve(ref, verdict, comment),
    promote: input => service.promote(input),
    removeAlias: ({ model, alias }) => service.dropAlias(model, alias),
    resolve: input => service.resolve(input),
    setPolicy: ({ alias, approvals }) => service.setPolicy(alias, approvals),
    history: ({ model }) => service.history(model),
    changes: (_input, signal, lastId) => service.announcer.subscribe(signal, lastId),
  };
}
