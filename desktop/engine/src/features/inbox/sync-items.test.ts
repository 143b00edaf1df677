import { expect, test } from 'vitest';
import type { SyncStatus } from '@benchmate/shared/domain/team';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import type { SyncRefusal } from '../../replication/sync/refusals.ts';
import { sharingItems } from './sync-items.ts';

const now = 10_000_000;
const items = (sync: Partial<SyncStatus>, refusals: SyncRefusal[] = [], oldestMs: number | null = null) =>
  sharingItems(
    {
      sync: { state: 'online', serverUrl: 'http://s', unshared: 0, since: now - 1000, message: '', ...sync },
      sizeBytes: 2048,
      oldestMs,
      refusals,
      nameOf: id => `the note “${id}”`,
      projectOf: () => 'churn',
    },
    now,
  );

test('I1 I7: what is not shared is told with its size and since when; a short break is not', () => {
  expect(items({ unshared: 3 })).toEqual([]);
  expect(items({ state: 'offline', unshared: 3 })).toEqual([]);
  expect(items({ state: 'offline', unshared: 0, since: 0 })).toEqual([]);
  expect(items({ state: 'offline', unshared: 3, since: now - 61_000 }, [], 5)).toMatchObject([
    { sentence: '3 changes (2.00 KiB) are not shared: the sync server does not answer.', since: 5, kind: 'not-shared' },
  ]);
  expect(items({ state: 'paused', unshared: 1 })).toMatchObject([
    { sentence: '1 change (2.00 KiB) is not shared: sharing is paused.', next: 'Resume sharing.', since: now - 1000 },
  ]);
  expect(items({ state: 'refused', message: 'You were removed.' })).toMatchObject([
    { kind: 'refused-device', sentence: 'You were removed.' },
  ]);
});

test('I1 I7: where a team shares through a folder, what the folder lacks is told, and why', () => {
  const folder = {
    path: '/srv/team',
    encrypted: false,
    unshared: 2,
    unsharedBytes: 100,
    since: now - 5000,
    problem: '',
    unread: [],
  };
  expect(items({ state: 'off', unshared: 2, folder })).toEqual([]);
  expect(items({ state: 'off', unshared: 2, folder: { ...folder, since: 1 } })).toMatchObject([
    { sentence: '2 changes (100 B) are not in the shared folder /srv/team yet.', since: 1 },
  ]);
  const problem = 'The folder /srv/team cannot be read. Mount it.';
  expect(items({ state: 'off', unshared: 0, folder: { ...folder, unshared: 0, since: null, problem } })).toMatchObject([
    { sentence: 'The shared folder /srv/team cannot be used.', next: problem },
  ]);
});

test('I1: what the server does not take is named, with what can be done', () => {
  const document = (code: number, reason = 'no') =>
    items({}, [{ what: { kind: 'document', documentId: 'n' }, code, reason, since: 1 }])[0];
  expect(document(closeCode.full)).toMatchObject({
    kind: 'quota',
    project: 'churn',
    sentence:
      'The sync server does not take what was written into the note “n”: it would be larger than the server allows.',
  });
  expect(document(closeCode.tooLarge)).toMatchObject({ kind: 'quota' });
  expect(document(closeCode.forbidden, 'viewers only read')).toMatchObject({
    kind: 'refused-edit',
    sentence: 'The sync server does not take what was written into the note “n”: viewers only read.',
  });
  expect(items({}, [{ what: { kind: 'fact', seq: 7 }, code: null, reason: 'Not a member.', since: 1 }])).toMatchObject([
    { kind: 'refused-edit', sentence: 'The sync server does not take entry 7 of this device: Not a member.' },
  ]);
});
