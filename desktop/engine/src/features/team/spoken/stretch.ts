import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { groupOrder } from './spake2.ts';
import type { SpokenCode } from './spoken-code.ts';

const derive = promisify((password: string, salt: string, done: (error: Error | null, key: Buffer) => void) =>
  scrypt(password, salt, 48, { N: 2 ** 14, r: 8, p: 1 }, done),
);

/** The password of a code as a number of the group. 16 bytes more than it has, so that none is likelier (RFC 9382, section 3.2). */
export async function passwordOf({ number, words }: SpokenCode): Promise<bigint> {
  const key = await derive(words.join(' '), `benchmate spoken invite ${number}`);
  return (BigInt(`0x${key.toString('hex')}`) % (groupOrder - 1n)) + 1n;
}
