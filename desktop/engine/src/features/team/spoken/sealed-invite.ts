import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { z } from 'zod';
import type { Random } from '../../../host/clock.ts';

/** What the joining device needs; the invite's secret itself stays with the engine that made it. */
const spokenInvite = z.object({ team: z.string(), inviteId: z.string(), proof: z.string() });
export type SpokenInvite = z.infer<typeof spokenInvite>;

const algorithm = 'aes-256-gcm';

/** Nonce, tag and AES-256-GCM of the JSON. */
export function sealInvite(key: Uint8Array, invite: SpokenInvite, random: Random): Uint8Array {
  const nonce = random(12);
  const cipher = createCipheriv(algorithm, cipherKey(key), nonce);
  const body = Buffer.concat([cipher.update(JSON.stringify(invite), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Null for whatever was not sealed with this key. */
export function openInvite(key: Uint8Array, sealed: Uint8Array): SpokenInvite | null {
  try {
    const decipher = createDecipheriv(algorithm, cipherKey(key), sealed.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(sealed.subarray(12, 28));
    const text = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
    return spokenInvite.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const cipherKey = (key: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, '', 'benchmate spoken invite', 32));
