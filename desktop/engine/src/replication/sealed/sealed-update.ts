import { createCipheriv, createDecipheriv, createPublicKey, hash, verify, type KeyObject } from 'node:crypto';
import { fromBase64Url, toBase64Url, type DeviceKeys } from '@benchmate/shared/facts/keys';

/** What becomes of a sealed update. `locked`: it is well signed, and this device does not have its key. */
export type Opened =
  { kind: 'update'; update: Uint8Array } | { kind: 'locked'; keyId: string } | { kind: 'refused'; why: string };

/** A project's key and its name. */
export interface NamedKey {
  keyId: string;
  key: Uint8Array;
}

const version = 1;
/** Version, key, author, nonce, signature; then the ciphertext, whose last 16 bytes are AES-GCM's tag. */
const [keyAt, authorAt, nonceAt, signatureAt, textAt] = [1, 33, 65, 77, 141] as const;
const tagBytes = 16;

/**
 * An update that only holders of a project's key read, and that only its author made: AES-256-GCM under the key, with the
 * document, the key's name and the author as associated data, signed with the author's device key.
 *
 * `nonce`: 12 random bytes; one key seals far fewer updates than the 2³² for which such nonces are safe (NIST SP 800-38D, 8.3).
 */
export function sealUpdate(
  update: Uint8Array,
  { documentId, named, author, nonce }: { documentId: string; named: NamedKey; author: DeviceKeys; nonce: Uint8Array },
): Uint8Array {
  const head = Buffer.concat([Buffer.of(version), raw(named.keyId), raw(author.device)]);
  const cipher = createCipheriv('aes-256-gcm', named.key, nonce);
  cipher.setAAD(bound(documentId, head));
  const text = Buffer.concat([cipher.update(update), cipher.final(), cipher.getAuthTag()]);
  const signature = author.sign?.(signed(documentId, head, nonce, text));
  if (!signature) throw new Error('This device cannot sign.');
  return plainBytes(head, nonce, signature, text);
}

export function openUpdate(
  sealed: Uint8Array,
  {
    documentId,
    keyOf,
    isMember,
  }: { documentId: string; keyOf: (keyId: string) => Uint8Array | null; isMember: (device: string) => boolean },
): Opened {
  if (sealed.length < textAt + tagBytes || sealed[0] !== version)
    return { kind: 'refused', why: 'it is damaged, or made by a newer Benchmate' };
  const head = sealed.subarray(0, nonceAt);
  const nonce = sealed.subarray(nonceAt, signatureAt);
  const text = sealed.subarray(textAt);
  const author = toBase64Url(sealed.subarray(authorAt, nonceAt));
  if (!isMember(author)) return { kind: 'refused', why: 'nobody of the team wrote it' };
  const signature = sealed.subarray(signatureAt, textAt);
  if (!verify(null, signed(documentId, head, nonce, text), publicKeyOf(author), signature))
    return { kind: 'refused', why: 'it was changed, or belongs elsewhere' };
  const keyId = toBase64Url(sealed.subarray(keyAt, authorAt));
  const key = keyOf(keyId);
  if (!key) return { kind: 'locked', keyId };
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(bound(documentId, head));
  decipher.setAuthTag(text.subarray(-tagBytes));
  try {
    return { kind: 'update', update: plainBytes(decipher.update(text.subarray(0, -tagBytes)), decipher.final()) };
  } catch {
    return { kind: 'refused', why: 'it is not under the key that it names' };
  }
}

/** Names one sealed update among those of its document. */
export const nameOf = (sealed: Uint8Array): string => hash('sha256', sealed, 'base64url');

const bound = (documentId: string, head: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`benchmate sealed update\n${documentId}\n`), head]);

const signed = (documentId: string, head: Uint8Array, nonce: Uint8Array, text: Uint8Array): Buffer =>
  Buffer.concat([bound(documentId, head), nonce, text]);

const raw = (text: string): Uint8Array => fromBase64Url(text) ?? new Uint8Array(32);

/** Yjs takes no `Buffer`. */
const plainBytes = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const publicKeys = new Map<string, KeyObject>();

function publicKeyOf(device: string): KeyObject {
  const known = publicKeys.get(device);
  if (known) return known;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: device }, format: 'jwk' });
  publicKeys.set(device, key);
  return key;
}
