import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { DeviceKeys } from '@benchmate/shared/facts/keys';

/** What precedes the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410, section 7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The same as `deviceKeys`, by OpenSSL: no 50 ms of tables at the start of a process, and signatures in a fraction of the time. */
export function nativeDeviceKeys(seed: Uint8Array): DeviceKeys {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (x === undefined) throw new Error('OpenSSL gave no public key.');
  return { device: x, seed, sign: bytes => sign(null, bytes, key) };
}
