import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Cell, Cells } from '../../storage/ports.ts';
import { SignIns } from './sign-ins.ts';

/** What two servers of a team have in common; the storages themselves have their own tests. */
const stored = new Map<string, Cell>();
const cells: Cells = {
  read: async key => stored.get(key) ?? null,
  async write(key, value, { version, expiresAt }) {
    if ((stored.get(key)?.version ?? 0) !== version) return false;
    stored.set(key, { value, version: version + 1, expiresAt });
    return true;
  },
  forget: async () => {},
};
const validMs = 60_000;
const connected = new Set(['ana', 'bo']);
const ended: string[] = [];
const server = (name: string) =>
  new SignIns({
    cells,
    secret: new Uint8Array(32),
    publicUrl: 'https://sync.example.org',
    validMs,
    now: Date.now,
    connected: () => connected,
    ended: device => {
      ended.push(`${name}: ${device}`);
      if (name === 'second') connected.delete(device);
    },
  });
let first: SignIns;
let second: SignIns;

beforeEach(async () => {
  vi.useFakeTimers();
  [first, second] = [server('first'), server('second')];
  for (const device of ['ana', 'bo']) await first.remember(device, `${device}@example.org`);
});
afterEach(() => {
  first.close();
  second.close();
  vi.useRealTimers();
});

test('SY24 a sign-in that ends on one server ends on the others within seconds, and so does what was given for it', async () => {
  expect(await second.of('ana')).toEqual({ who: 'ana@example.org', until: Date.now() + validMs });
  expect([await first.signOut('ana'), await first.signOut('ana')]).toEqual([true, false]);
  expect([first.isOver('ana'), second.isOver('ana'), ended]).toEqual([true, false, ['first: ana']]);
  await expect(second.check('ana')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await vi.advanceTimersByTimeAsync(5000);
  expect([second.isOver('ana'), second.isOver('bo'), ended.includes('second: ana')]).toEqual([true, false, true]);
  await first.remember('ana', 'ana@example.org');
  await second.check('ana');
  expect([first.isOver('ana'), second.isOver('ana')]).toEqual([false, false]);
  await vi.advanceTimersByTimeAsync(validMs); // nobody signs out, nobody comes back
  expect([first.isOver('bo'), ended.includes('second: bo')]).toEqual([true, true]);
});
