import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Random } from '../../../host/clock.ts';

const algorithm = 'aes-256-gcm';

/** `purpose`: what was sealed for one opens for no other. */
export interface Seal {
  key: Uint8Array;
  purpose: string;
}

/** Nonce, tag and AES-256-GCM of the JSON, under a key that HKDF makes of the given one. */
export function sealJson(seal: Seal, value: unknown, random: Random): Uint8Array {
  const nonce = random(12);
  const cipher = createCipheriv(algorithm, cipherKey(seal), nonce);
  const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Throws for whatever was not sealed like this. */
export function openJson(seal: Seal, sealed: Uint8Array): unknown {
  const decipher = createDecipheriv(algorithm, cipherKey(seal), sealed.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(12, 28));
  const text = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
  return JSON.parse(text);
}

const cipherKey = ({ key, purpose }: Seal): Uint8Array => new Uint8Array(hkdfSync('sha256', key, '', purpose, 32));
