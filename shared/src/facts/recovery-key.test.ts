import { expect, test } from 'vitest';
import { formatRecoveryKey, parseRecoveryKey, recoveryKeys, teamHint } from './recovery-key.ts';
import { toBase64Url } from './keys.ts';
import { seedOf } from './simulated-device.ts';

const team = toBase64Url(seedOf(12_345));
const secret = seedOf(987_654_321).subarray(0, 16);
const key = formatRecoveryKey(team, secret);

test('a recovery key comes back as it was, however it is read aloud or typed', () => {
  expect(key).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/);
  const expected = { hint: teamHint(team), device: recoveryKeys(secret).device };
  const plain = key.replaceAll('-', '');
  for (const text of [key, plain, key.toLowerCase().replaceAll('-', ' '), ` ${key.replaceAll('1', 'l')}\n`]) {
    const { hint, keys } = parseRecoveryKey(text);
    expect({ hint, device: keys.device }).toEqual(expected);
  }
  expect(parseRecoveryKey(key.replaceAll('0', 'O').replaceAll('1', 'I')).hint).toBe(expected.hint);
});

test('a wrong character is noticed, and told by its group where it can be', () => {
  let noticed = 0;
  let tried = 0;
  for (let at = 0; at < key.length; at++) {
    if (key[at] === '-') continue;
    for (const other of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
      if (other === key[at]) continue;
      tried++;
      try {
        parseRecoveryKey(`${key.slice(0, at)}${other}${key.slice(at + 1)}`);
      } catch {
        noticed++;
      }
    }
  }
  // Twelve bits of checksum let one in 4,096 through.
  expect(noticed).toBeGreaterThanOrEqual(tried - 3);
  expect(() => parseRecoveryKey(`${key.slice(0, 5)}U${key.slice(6)}`)).toThrow(/“U” in group 2/);
  expect(() => parseRecoveryKey(key.slice(0, -5))).toThrow(/32 characters instead of 36/);
});
