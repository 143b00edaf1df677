import { sha256 as hash } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** SHA-256 of a text's UTF-8 bytes, on every host the same and at once: a browser's own answers later. */
export const sha256 = (text: string): Uint8Array => hash(new TextEncoder().encode(text));

export const sha256Hex = (text: string): string => bytesToHex(sha256(text));
