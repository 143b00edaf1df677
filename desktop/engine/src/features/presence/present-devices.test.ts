import { expect, test } from 'vitest';
import type { Member } from '@benchmate/shared/domain/team';
import { presentDevices } from './present-devices.ts';

const member = (device: string, name: string, active = true): Member => ({
  device,
  name,
  deviceName: '',
  person: device,
  role: 'contributor',
  projects: {},
  agentOf: null,
  active,
  since: '2026-01-01T00:00:00.000Z',
});
const members = [member('me', 'Ada'), member('b', 'Mira'), member('c', 'Jo'), member('d', 'Gone', false)];
const place = { title: 'brisk-otter', path: '/runs/1', metric: null, step: null, section: null, file: null };
const from = (...states: unknown[]) =>
  presentDevices(new Map(states.map((state, index) => [index, state as Record<string, unknown>])), {
    own: 'me',
    members,
  });

test('members are there under their own names, in order; oneself, strangers and former members are not', () => {
  const there = from(
    { device: 'b', place, at: 1, name: 'The boss' },
    { device: 'c', place: null, at: 1 },
    ...['me', 'd', 'stranger'].map(device => ({ device, place, at: 1 })),
  );
  expect(there).toEqual([
    { device: 'c', person: 'c', name: 'Jo', place: null },
    { device: 'b', person: 'b', name: 'Mira', place },
  ]);
});

test('of two states of a device, after a lost connection, the later counts', () => {
  expect(from({ device: 'b', place, at: 2 }, { device: 'b', place: null, at: 1 })[0]!.place).toEqual(place);
});

test.each([
  { ...place, path: '//elsewhere.example' },
  { ...place, path: 'javascript:alert(1)' },
  { ...place, title: 'x'.repeat(201) },
  'a text',
])('what is no place is none: %j', wrong => {
  expect(from({ device: 'b', place: wrong, at: 1 })).toMatchObject([{ name: 'Mira', place: null }]);
});

test('what is no state at all is left out', () => {
  expect(from(null, 7, {}, { device: 7, at: 1 }, { device: 'b', at: 'now' })).toEqual([]);
});
