import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { team } from '@benchmate/shared/protocol/team';
import type { TeamService } from './service.ts';

export function teamHandlers(service: TeamService): Handlers<typeof team> {
  return {
    state: () => service.state(),
    rename: input => service.rename(input),
    connect: ({ serverUrl }) => service.connect(serverUrl),
    invite: request => service.invite(request),
    withdrawInvite: ({ inviteId }) => service.withdrawInvite(inviteId),
    join: ({ link, name }) => service.join(link, name),
    removeMember: ({ device }) => service.removeMember(device),
    removePerson: ({ person }) => service.removePerson(person),
    setRole: request => service.setRole(request),
    createRecoveryKey: () => service.createRecoveryKey(),
    recover: request => service.recover(request),
    deviceKey: () => service.deviceKey(),
    keepKey: ({ keptIn }) => service.keepKey(keptIn),
    setPaused: ({ paused }) => service.setPaused(paused),
    signOut: () => service.signOut(),
    changes: (_input, signal, lastId) => service.announcer.subscribe(signal, lastId),
  };
}
