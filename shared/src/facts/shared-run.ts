import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64Url } from './keys.ts';

/** SHA-256 of a share's data, base64url. */
export const shareDigest = (data: Uint8Array): string => toBase64Url(sha256(data));

/** What the device signs. */
export const runShareText = (documentId: string, data: Uint8Array): string =>
  `benchmate shared run\n${documentId}\n${shareDigest(data)}`;
