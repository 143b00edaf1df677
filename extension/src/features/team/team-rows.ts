import { otherWaysText } from '@benchmate/shared/diff/other-ways-text';
import type { AliasState, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { SyncStatus } from '@benchmate/shared/domain/team';

/** The state of sharing in words: a sentence for the row, a short one for the status bar. */
export function describeSync(sync: SyncStatus): {
  icon: string;
  short: string;
  sentence: string;
} {
  const { state, unshared, message } = sync;
  const otherWays = state === 'off' && otherWaysText(sync);
  if (otherWays) return otherWays;
  const changes = unshared === 1 ? '1 change' : `${unshared} changes`;
  const waiting = unshared > 0 ? `${changes} not shared` : 'nothing waits to be shared';
  switch (state) {
    case 'off':
      return { icon: 'account', short: 'working alone', sentence: 'Working alone' };
    case 'connecting':
      return { icon: 'sync', short: 'connecting', sentence: 'Connecting to the sync server' };
    case 'online':
      return unshared > 0
        ? { icon: 'sync', short: `sharing ${changes}`, sentence: `Sharing ${changes}` }
        : { icon: 'check', short: 'shared', sentence: 'Everything is shared' };
    case 'paused':
      return {
        icon: 'debug-pause',
        short: unshared > 0 ? `paused, ${waiting}` : 'paused',
        sentence: `Sync is paused: ${waiting}`,
      };
    case 'offline':
      return { icon: 'debug-disconnect', short: unshared > 0 ? waiting : 'offline', sentence: `Offline: ${waiting}` };
    case 'refused':
      return { icon: 'error', short: 'sync refused', sentence: message || 'The sync server refuses this device' };
  }
}

export interface Contested {
  model: RegisteredModel;
  alias: AliasState;
}

export const contestedOf = (models: Iterable<RegisteredModel>): Contested[] =>
  [...models].flatMap(model => model.aliases.filter(({ contested }) => contested).map(alias => ({ model, alias })));

/** What holds meanwhile. */
export function describeServing({ model, alias }: Contested): string {
  const serving = numberOf(model, alias.holder);
  return `${serving === undefined ? 'none serves' : `version ${serving} goes on serving`} until one is chosen`;
}

const numberOf = ({ versions }: RegisteredModel, id: string | null): number | undefined =>
  versions.find(({ versionId }) => versionId === id)?.version;
