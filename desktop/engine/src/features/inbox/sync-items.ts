import type { InboxItem } from '@benchmate/shared/domain/inbox';
import type { FolderStatus } from '@benchmate/shared/domain/shared-folder';
import type { SyncStatus } from '@benchmate/shared/domain/team';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import type { SyncRefusal } from '../../replication/sync/refusals.ts';

/** A lost connection comes back by itself, mostly within seconds: nobody needs to hear of that. */
export const patienceMs = 60_000;

export interface SharingState {
  sync: SyncStatus;
  /** Of what waits, about. */
  sizeBytes: number;
  /** When the oldest of what waits was written, as far as is known. */
  oldestMs: number | null;
  refusals: readonly SyncRefusal[];
  /** What people call a document: `the note “Slices”`. */
  nameOf: (documentId: string) => string;
  projectOf: (documentId: string) => string | null;
}

const base = {
  who: '',
  evidence: [],
  until: null,
  project: null,
  place: { kind: 'team' },
  dismissible: false,
} as const;

/** What does not reach the team, and why. */
export function sharingItems(state: SharingState, nowMs: number): InboxItem[] {
  const { sync } = state;
  const items = state.refusals.map(refusal => refused(refusal, state));
  if (sync.state === 'refused')
    items.push({
      ...base,
      evidence: [],
      itemId: 'refused-device',
      kind: 'refused-device',
      sentence: sync.message || 'The sync server refuses this device.',
      next: 'What you write stays on this device. Ask an owner of the team to invite it again.',
      since: sync.since,
      action: 'Look at the team',
    });
  const waits = waiting(state, nowMs);
  return waits ? [...items, waits] : items;
}

function waiting({ sync, sizeBytes, oldestMs }: SharingState, nowMs: number): InboxItem | null {
  const { state, unshared, folder, direct } = sync;
  if (state === 'off' && folder) return waitingForFolder(folder, sync, nowMs);
  if (state === 'off' && (direct?.listening || direct?.peers.length)) return null; // that is how this team shares
  if (unshared === 0 || (state === 'offline' && nowMs - sync.since < patienceMs)) return null;
  const why = {
    paused: { because: 'sharing is paused', next: 'Resume sharing.', action: 'Resume sharing' },
    offline: {
      because: 'the sync server does not answer',
      next: 'They are shared as soon as it does. Check the network, or ask who runs the server.',
      action: 'Look at the connection',
    },
    off: { because: 'no sync server is chosen', next: 'Choose one.', action: 'Choose a server' },
  }[state as string];
  if (!why) return null;
  const size = sizeBytes > 0 ? ` (${formatBytes(sizeBytes)})` : '';
  const changes = unshared === 1 ? `1 change${size} is` : `${unshared} changes${size} are`;
  return {
    ...base,
    evidence: [],
    itemId: 'not-shared',
    kind: 'not-shared',
    sentence: `${changes} not shared: ${why.because}.`,
    next: why.next,
    since: Math.min(oldestMs ?? sync.since, sync.since),
    action: why.action,
  };
}

function waitingForFolder(folder: FolderStatus, sync: SyncStatus, nowMs: number): InboxItem | null {
  const { path, unshared, unsharedBytes, since, problem } = folder;
  if (problem === '' && (unshared === 0 || nowMs - (since ?? nowMs) < patienceMs)) return null;
  const size = unsharedBytes > 0 ? ` (${formatBytes(unsharedBytes)})` : '';
  const changes = unshared === 1 ? `1 change${size} is` : `${unshared} changes${size} are`;
  return {
    ...base,
    evidence: [],
    itemId: 'not-shared',
    kind: 'not-shared',
    sentence:
      unshared > 0 ? `${changes} not in the shared folder ${path} yet.` : `The shared folder ${path} cannot be used.`,
    next: problem || 'They are written into it as soon as it can be.',
    since: since ?? sync.since,
    action: 'Look at the team',
  };
}

function refused({ what, code, reason, since }: SyncRefusal, { nameOf, projectOf }: SharingState): InboxItem {
  if (what.kind === 'fact')
    return {
      ...base,
      evidence: [],
      itemId: `refused:fact:${what.seq}`,
      kind: /quota|at most|limit/i.test(reason) ? 'quota' : 'refused-edit',
      sentence: `The sync server does not take entry ${what.seq} of this device: ${sentence(reason)}`,
      next: 'It and what you signed after it stay on this device. Ask an owner of the team, or who runs the server.',
      since,
      action: 'Look at the team',
    };
  const { documentId } = what;
  const name = nameOf(documentId);
  const isQuota = code === closeCode.full || code === closeCode.tooLarge || code === closeCode.tooMany;
  const why =
    code === closeCode.full
      ? 'it would be larger than the server allows'
      : code === closeCode.tooLarge
        ? 'one change is larger than the server allows'
        : reason || 'without a reason';
  return {
    ...base,
    evidence: [],
    project: projectOf(documentId),
    itemId: `refused:document:${documentId}`,
    kind: isQuota ? 'quota' : 'refused-edit',
    sentence: `The sync server does not take what was written into ${name}: ${sentence(why)}`,
    next: isQuota
      ? 'It stays on this device. Make it smaller, or ask who runs the server for more room.'
      : 'It stays on this device. Ask an owner of the team whether you may write there.',
    since,
    action: 'Look at the team',
  };
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
