import { scrypt } from 'node:crypto';
import { bech32 } from '@scure/base';

const workFactor = 18;

/**
 * The key of a shared folder: a native age identity (`AGE-SECRET-KEY-1…`) made of the passphrase and the team's id, the same on
 * every device. One derivation of a second serves all files: age's own passphrases would cost that for each. The stock
 * `age -d -i` opens the files with it.
 */
export async function folderKey(passphrase: string, teamId: string): Promise<string> {
  const salt = Buffer.from(`benchmate-folder:${teamId}`);
  const cost = { N: 2 ** workFactor, r: 8, p: 1, maxmem: 2 ** (workFactor + 10) + 2 ** 20 };
  const secret = await new Promise<Buffer>((resolve, reject) =>
    scrypt(passphrase, salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key))),
  );
  return bech32.encodeFromBytes('AGE-SECRET-KEY-', new Uint8Array(secret)).toUpperCase();
}
