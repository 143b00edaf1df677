import { otherWaysText } from '@benchmate/shared/diff/other-ways-text';
import type { SyncStatus } from '@benchmate/shared/domain/team';

/** The state of sharing: an icon, a few words, a sentence, and what to do next. */
export function describeSync(sync: SyncStatus): {
  icon: string;
  short: string;
  sentence: string;
  next: string;
} {
  const { state, unshared, message, serverUrl } = sync;
  const otherWays = state === 'off' && otherWaysText(sync);
  if (otherWays) return { ...otherWays, next: '' };
  const changes = unshared === 1 ? '1 change' : `${unshared} changes`;
  switch (state) {
    case 'off':
      return {
        icon: 'account',
        short: 'working alone',
        sentence: 'You work alone: nothing leaves this machine.',
        next: 'Connect a sync server to share notes, reviews and models.',
      };
    case 'connecting':
      return { icon: 'sync', short: 'connecting', sentence: `Connecting to ${serverUrl}.`, next: '' };
    case 'online':
      return unshared > 0
        ? { icon: 'sync', short: `sharing ${changes}`, sentence: `Sharing ${changes}.`, next: '' }
        : { icon: 'check', short: 'shared', sentence: 'Everything is shared.', next: '' };
    case 'paused':
      return {
        icon: 'debug-pause',
        short: `paused, ${changes} not shared`,
        sentence: `Sharing is paused; ${changes} not shared.`,
        next: 'Work goes on here; resume to share it.',
      };
    case 'offline':
      return {
        icon: 'debug-disconnect',
        short: `${changes} not shared`,
        sentence: message || `The sync server does not answer; ${changes} not shared.`,
        next: 'Work goes on here; it is shared as soon as the server answers.',
      };
    case 'refused':
      return {
        icon: 'error',
        short: 'sharing refused',
        sentence: message || 'The sync server refuses this device.',
        next: 'Ask the owner of the team to invite this device again.',
      };
  }
}
