import type { CipherSuite } from '@hpke/core';
import { ed25519 } from '@noble/curves/ed25519.js';
import { fromBase64Url, toBase64Url, type DeviceKeys } from '@benchmate/shared/facts/keys';
import { keyIdOf } from '@benchmate/shared/facts/project-keys';

let loaded: Promise<CipherSuite> | undefined;

/** Loaded when a project is encrypted: other engines start without it. */
const hpke = (): Promise<CipherSuite> =>
  (loaded ??= import('@hpke/core').then(
    ({ CipherSuite, DhkemX25519HkdfSha256, HkdfSha256, Aes256Gcm }) =>
      new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() }),
  ));
const encapsulatedBytes = 32;

/** What a wrapped key is for: one that was made for another team, project or device does not open. */
export interface KeyPlace {
  team: string;
  project: string;
  device: string;
}

/** A project's key for one device, by HPKE (RFC 9180) to the X25519 form of the key that the device signs with. */
export async function wrapKey(key: Uint8Array, place: KeyPlace): Promise<string> {
  const publicKey = ed25519.utils.toMontgomery(fromBase64Url(place.device) ?? new Uint8Array());
  const suite = await hpke();
  const recipientPublicKey = await suite.kem.importKey('raw', exact(publicKey), true);
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: infoOf(place) }, exact(key));
  return toBase64Url(Uint8Array.from([...new Uint8Array(enc), ...new Uint8Array(ct)]));
}

/** Null unless it is this key for this device. */
export async function unwrapKey(
  wrapped: string,
  keyId: string,
  { keys, ...place }: Omit<KeyPlace, 'device'> & { keys: DeviceKeys },
): Promise<Uint8Array | null> {
  const bytes = fromBase64Url(wrapped);
  if (!bytes || bytes.length <= encapsulatedBytes) return null;
  try {
    const secret = ed25519.utils.toMontgomerySecret(keys.seed);
    const suite = await hpke();
    const recipientKey = await suite.kem.importKey('raw', exact(secret), false);
    const enc = exact(bytes.subarray(0, encapsulatedBytes));
    const info = infoOf({ ...place, device: keys.device });
    const key = new Uint8Array(await suite.open({ recipientKey, enc, info }, exact(bytes.subarray(encapsulatedBytes))));
    return key.length === 32 && keyIdOf(key) === keyId ? key : null;
  } catch {
    return null; // made for somebody else, or damaged
  }
}

const infoOf = ({ team, project, device }: KeyPlace): ArrayBuffer =>
  exact(new TextEncoder().encode(`benchmate project key\n${team}\n${project}\n${device}`));

const exact = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
