import { expect, test } from 'vitest';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import type { SyncStatus } from '@benchmate/shared/domain/team';
import { contestedOf, describeServing, describeSync } from './team-rows.ts';

const status = (change: Partial<SyncStatus>): SyncStatus => ({
  state: 'online',
  serverUrl: null,
  unshared: 0,
  since: 0,
  message: '',
  ...change,
});

test('what is not yet shared is always said', () => {
  expect(describeSync(status({})).short).toBe('shared');
  expect(describeSync(status({ unshared: 2 })).sentence).toBe('Sharing 2 changes');
  expect(describeSync(status({ state: 'offline', unshared: 1 })).sentence).toBe('Offline: 1 change not shared');
  const folder = { path: '/mnt/team', encrypted: false, unsharedBytes: 2048, since: null, problem: '', unread: [] };
  const off = (unshared: number) => describeSync(status({ state: 'off', folder: { ...folder, unshared } }));
  expect(off(0)).toMatchObject({ icon: 'check', sentence: 'Everything is in the shared folder /mnt/team.' });
  expect(off(3)).toMatchObject({
    short: '3 not in the folder',
    sentence: '3 changes (about 2.00 KiB) not in the shared folder /mnt/team yet.',
  });
  expect(describeSync(status({ state: 'refused', message: 'You were removed.' })).sentence).toBe('You were removed.');
});

test('a contested alias names what goes on serving', () => {
  const version = (number: number) =>
    ({ versionId: `v${number}`, version: number }) as RegisteredModel['versions'][number];
  const claim = (versionId: string, name: string) => ({ versionId, name, device: name, at: '', entry: '' });
  const model: RegisteredModel = {
    name: 'churn',
    description: '',
    tags: {},
    createdAt: '',
    updatedAt: '',
    revisedAt: '',
    versions: [version(6), version(7), version(9)],
    aliases: [
      { alias: 'champion', holder: 'v6', contested: true, claims: [claim('v7', 'Ada'), claim('v9', 'Lin')] },
      { alias: 'staging', holder: 'v7', contested: false, claims: [] },
    ],
  };
  const contested = contestedOf([model]);
  expect(contested.map(({ alias }) => alias.alias)).toEqual(['champion']);
  expect(describeServing(contested[0]!)).toBe('version 6 goes on serving until one is chosen');
});
