import type { AliasState, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { SyncStatus } from '@benchmate/shared/domain/team';

/** The state of sharing in words: a sentence for the row, a short one for the status bar. */
export function describeSync({ state, unshared, message }: SyncStatus): {
  icon: string;
  short: string;
  sentence: string;
} {
  const changes = unshared === 1 ? '1 change' : `${unshared} changes`;
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
        short: `paused, ${changes} not shared`,
        sentence: `Sync is paused: ${changes} not shared`,
      };
    case 'offline':
      return { icon: 'cloud-offline', short: `${changes} not shared`, sentence: `Offline: ${changes} not shared` };
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

/** `Versions 7 (Ada) and 9 (Lin) were both made champion; version 6 goes on serving` */
export function describeContested({ model, alias }: Contested): string {
  const number = (id: string | null) => model.versions.find(({ versionId }) => versionId === id)?.version;
  const rivals = alias.claims.map(claim => `${number(claim.versionId) ?? '?'} (${claim.name})`).join(' and ');
  const serving = number(alias.holder);
  return `Versions ${rivals} were both made ${alias.alias}; ${serving === undefined ? 'none serves' : `version ${serving} goes on serving`} until one is chosen`;
}
