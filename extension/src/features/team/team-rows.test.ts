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
