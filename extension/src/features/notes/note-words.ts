import type { SyncStatus } from '@benchmate/shared/domain/team';
import type { NoteState } from './live/live-note.ts';

/** Where a note's text is by now, in one sentence and an icon of the editor. */
export function noteWords(state: NoteState, sync: Pick<SyncStatus, 'state' | 'unshared' | 'folder'> | undefined) {
  if (state === 'opening') return { icon: 'sync~spin', words: 'Opening' };
  if (state === 'refused') return { icon: 'lock', words: 'You may read this note, not write it' };
  if (state === 'apart')
    return { icon: 'debug-disconnect', words: 'Not saved: the engine does not answer; this window keeps it' };
  if (!sync || (sync.state === 'off' && !sync.folder)) return { icon: 'check', words: 'Saved on this device' };
  if (sync.unshared === 0) return { icon: 'check', words: 'Saved and shared' };
  if (sync.state === 'online' || sync.state === 'connecting') return { icon: 'sync', words: 'Saved, being shared' };
  return {
    icon: 'cloud-upload',
    words: `Saved here, not shared yet: ${reasons[sync.state] ?? 'the folder was not read yet'}`,
  };
}

const reasons: Partial<Record<SyncStatus['state'], string>> = {
  offline: 'no connection to the team’s server',
  paused: 'sync is paused',
  refused: 'the server refuses this device',
};

/** `Ada`, `Ada and Ben`, `Ada, Ben and 3 more`. */
export function peopleWords(names: readonly string[]): string {
  const all = [...new Set(names)];
  if (all.length < 3) return all.join(' and ');
  return `${all.slice(0, 2).join(', ')} and ${all.length - 2} more`;
}
