import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { Stanza, type Identity, type Recipient } from 'age-encryption';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/**
 * The scrypt recipient of age (age-encryption.org/v1), with the key derived in a thread by Node instead of for a second on the event
 * loop by the library. 2^18 rounds, age's own default, take 256 MB for that second.
 */
const workFactor = 18;
const mostWork = 20;
const label = Buffer.from('age-encryption.org/v1/scrypt');
const noNonce = Buffer.alloc(12);
const tagBytes = 16;

export const passphraseRecipient = (passphrase: string): Recipient => ({
  async wrapFileKey(fileKey) {
    const salt = randomBytes(16);
    const cipher = createCipheriv('chacha20-poly1305', await derive(passphrase, salt, workFactor), noNonce, {
      authTagLength: tagBytes,
    });
    const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
    return [new Stanza(['scrypt', unpadded(salt), String(workFactor)], new Uint8Array(body))];
  },
});

/** Derives the key of a file once, however often that is read. Answers null for a wrong passphrase. Throws BAD_REQUEST for a file that asks for more work than anybody needs. */
export function passphraseIdentity(passphrase: string): Identity {
  const known = new Map<string, Uint8Array>();
  return {
    async unwrapFileKey(stanzas) {
      const name = JSON.stringify(stanzas.map(({ args, body }) => [args, unpadded(Buffer.from(body))]));
      const fileKey = known.get(name) ?? (await unwrap(passphrase, stanzas));
      if (fileKey) known.set(name, fileKey);
      return fileKey;
    },
  };
}

async function unwrap(passphrase: string, stanzas: Stanza[]): Promise<Uint8Array | null> {
  const [type, salt = '', work = ''] = stanzas[0]?.args ?? [];
  if (stanzas.length !== 1 || type !== 'scrypt') return null;
  if (!/^[1-9][0-9]?$/.test(work) || Number(work) > mostWork)
    throw new BenchmateError('BAD_REQUEST', `The file asks for scrypt with 2^${work.slice(0, 5)} rounds: too many.`);
  const key = await derive(passphrase, Buffer.from(salt, 'base64'), Number(work));
  const body = Buffer.from(stanzas[0]!.body);
  const decipher = createDecipheriv('chacha20-poly1305', key, noNonce, { authTagLength: tagBytes });
  decipher.setAuthTag(body.subarray(-tagBytes));
  try {
    return new Uint8Array(Buffer.concat([decipher.update(body.subarray(0, -tagBytes)), decipher.final()]));
  } catch {
    return null;
  }
}

function derive(passphrase: string, salt: Buffer, logN: number): Promise<Buffer> {
  const cost = { N: 2 ** logN, r: 8, p: 1, maxmem: 2 ** (logN + 10) + 2 ** 20 };
  return new Promise((resolve, reject) =>
    scrypt(passphrase, Buffer.concat([label, salt]), 32, cost, (error, key) => (error ? reject(error) : resolve(key))),
  );
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
