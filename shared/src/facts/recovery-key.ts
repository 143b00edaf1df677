import { sha256 } from '@noble/hashes/sha2.js';
import { BenchmateError } from '../errors/benchmate-error.ts';
import { deviceKeys, fromBase64Url, type DeviceKeys } from './keys.ts';

/** Crockford's: no I, L, O, U, so that nothing is misread or misheard. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const [hintBytes, secretBytes, checkBits] = [5, 16, 12] as const;
const characters = ((hintBytes + secretBytes) * 8 + checkBits) / 5;

export interface RecoveryKey {
  /** The first 40 bits of the team's id, hexadecimal: so that a server finds the team. No secret. */
  hint: string;
  keys: DeviceKeys;
}

/** `secret`: 16 random bytes. Nine groups of four: 40 bits of the team's id, the secret, 12 bits of checksum. */
export function formatRecoveryKey(team: string, secret: Uint8Array): string {
  const body = Uint8Array.from([...firstBytes(team), ...secret]);
  const bits = toBits(body) + toBits(sha256(body)).slice(0, checkBits);
  const text = bits.match(/.{5}/g)!.map(five => alphabet[Number.parseInt(five, 2)]!);
  return text.join('').match(/.{4}/g)!.join('-');
}

/** Takes small letters, blanks and other separators, and O for 0, I or L for 1. Throws BAD_REQUEST. */
export function parseRecoveryKey(text: string): RecoveryKey {
  const plain = text
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  const values = plain.split('').map(character => alphabet.indexOf(character));
  const wrong = values.indexOf(-1);
  if (wrong >= 0) throw damaged(`“${plain[wrong]}” in group ${Math.floor(wrong / 4) + 1} is never part of one.`);
  if (values.length !== characters)
    throw damaged(`It has ${values.length} characters instead of ${characters}: nine groups of four.`);
  const bits = values.map(value => value.toString(2).padStart(5, '0')).join('');
  const body = Uint8Array.from({ length: hintBytes + secretBytes }, (_, at) =>
    Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2),
  );
  if (toBits(sha256(body)).slice(0, checkBits) !== bits.slice(-checkBits))
    throw damaged('One of its characters is wrong.');
  return { hint: toHex(body.subarray(0, hintBytes)), keys: recoveryKeys(body.subarray(hintBytes)) };
}

/** The key pair of a recovery key's secret. */
export function recoveryKeys(secret: Uint8Array): DeviceKeys {
  return deviceKeys(sha256(Uint8Array.from([...new TextEncoder().encode('benchmate recovery key\n'), ...secret])));
}

/** What a recovery key says of its team. */
export const teamHint = (team: string): string => toHex(firstBytes(team));

const firstBytes = (team: string): Uint8Array => (fromBase64Url(team) ?? new Uint8Array(32)).subarray(0, hintBytes);

const toBits = (bytes: Uint8Array): string => [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('');

const toHex = (bytes: Uint8Array): string => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');

const damaged = (why: string) =>
  new BenchmateError('BAD_REQUEST', `This is not a recovery key. ${why}`, 'Compare it with the paper, group by group.');
