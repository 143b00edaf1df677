import { expect, test } from 'vitest';
import { noteWords, peopleWords } from './note-words.ts';

const sync = { state: 'online', unshared: 0, folder: null } as const;

test('the status of a note says where its text is by now', () => {
  const says = (...state: Parameters<typeof noteWords>) => noteWords(...state).words;
  expect(says('opening', sync)).toBe('Opening');
  expect(says('saved', sync)).toBe('Saved and shared');
  expect(says('saved', { ...sync, unshared: 2 })).toBe('Saved, being shared');
  expect(says('saved', { ...sync, unshared: 2, state: 'offline' })).toBe(
    'Saved here, not shared yet: no connection to the team’s server',
  );
  expect(says('saved', { ...sync, unshared: 2, state: 'paused' })).toBe('Saved here, not shared yet: sync is paused');
  expect(says('saved', { ...sync, state: 'off' })).toBe('Saved on this device');
  expect(says('saved', undefined)).toBe('Saved on this device');
  expect(says('apart', sync)).toContain('Not saved');
  expect(says('refused', sync)).toContain('not write it');
});

test('people who are here are named, many by their number', () => {
  expect(peopleWords([])).toBe('');
  expect(peopleWords(['Ada', 'Ada'])).toBe('Ada');
  expect(peopleWords(['Ada', 'Ben'])).toBe('Ada and Ben');
  expect(peopleWords(['Ada', 'Ben', 'Cem', 'Dee'])).toBe('Ada, Ben and 2 more');
});
