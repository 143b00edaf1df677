import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { registry } from '@benchmate/shared/protocol/registry';
import type { RegistryService } from './service.ts';

/** `cardOfRun`: the model card of the project that a run belongs to, empty without one. */
export function registryHandlers(
  service: RegistryService,
  cardOfRun: (runId: string) => Promise<string>,
): Handlers<typeof registry> {
  return {
    list: () => service.list(),
    get: ({ model }) => service.get(model),
    policies: () => service.policies(),
    register: async input => {
      const description = input.description || (input.runId ? await cardOfRun(input.runId) : '');
      return service.register({ ...input, description });
    },
    approve: ({ verdict, comment, ...ref }) => service.approve(ref, verdict, comment),
    promote: input => service.promote(input),
    removeAlias: ({ model, alias }) => service.dropAlias(model, alias),
    resolve: input => service.resolve(input),
    setPolicy: ({ alias, approvals }) => service.setPolicy(alias, approvals),
    setPolicies: ({ policies, from }) => service.setPolicies(policies, from),
    history: ({ model }) => service.history(model),
    changes: (_input, signal, lastId) => service.announcer.subscribe(signal, lastId),
    ruleChanges: (_input, signal, lastId) => service.rules.subscribe(signal, lastId),
  };
}
