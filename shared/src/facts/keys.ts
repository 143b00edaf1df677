import { ed25519 } from '@noble/curves/ed25519.js';

/** A signing key. `device` is the public half, base64url: the name under which a device writes its feed. */
export interface DeviceKeys {
  device: string;
  seed: Uint8Array;
  /** How the host signs, where it does so faster. Ed25519 signatures are the same whoever makes them (RFC 8032). */
  sign?: (bytes: Uint8Array) => Uint8Array;
  /** Where the key is kept by something that signs beside the event loop and gives it to nobody: `seed` is empty then. */
  signLater?: (bytes: Uint8Array) => Promise<Uint8Array>;
}

/** 32 random bytes make a device (or the secret of an invite); the host brings the randomness. */
export function deviceKeys(seed: Uint8Array): DeviceKeys {
  return { device: toBase64Url(ed25519.getPublicKey(seed)), seed };
}

export function signText(text: string, keys: DeviceKeys): string {
  const bytes = new TextEncoder().encode(text);
  return toBase64Url(keys.sign ? keys.sign(bytes) : ed25519.sign(bytes, keys.seed));
}

/** The same for keys of every kind. */
export async function signTextLater(text: string, keys: DeviceKeys): Promise<string> {
  if (!keys.signLater) return signText(text, keys);
  return toBase64Url(await keys.signLater(new TextEncoder().encode(text)));
}

/**
 * Whether `signature` over the UTF-8 bytes of `text` is `device`'s. False, never a throw, for anything malformed.
 * One implementation decides on every replica: others differ on odd points of the curve, and replicas would part.
 */
export function verifyText(signature: string, text: string, device: string): boolean {
  const sig = fromBase64Url(signature);
  const key = fromBase64Url(device);
  if (sig?.length !== 64 || key?.length !== 32) return false;
  try {
    return ed25519.verify(sig, new TextEncoder().encode(text), key, { zip215: false });
  } catch {
    return false;
  }
}

/** What the secret of an invite signs so that one device, and no other, may use it for one team. */
export const joinProof = (invite: DeviceKeys, team: string, device: string): string =>
  signText(`join:${team}:${device}`, invite);

export const verifyJoinProof = (proof: string, inviteKey: string, team: string, device: string): boolean =>
  verifyText(proof, `join:${team}:${device}`, inviteKey);

/** What a recovery key signs so that one new device, and no other, stands in for its owner's lost ones. */
export const recoveryProof = (recovery: DeviceKeys, team: string, device: string): string =>
  signText(`recover:${team}:${device}`, recovery);

export const verifyRecoveryProof = (proof: string, key: string, team: string, device: string): boolean =>
  verifyText(proof, `recover:${team}:${device}`, key);

export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Null unless `text` is the one canonical spelling: a second spelling would give a signed entry a second hash. */
export function fromBase64Url(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, character => character.charCodeAt(0));
  return toBase64Url(bytes) === text ? bytes : null;
}
