import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import type { Random } from '../../../host/clock.ts';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

const { Point } = p256;
type GroupPoint = InstanceType<typeof Point>;

/** RFC 9382, section 4: points of which nobody knows the logarithm. */
const blinds = {
  a: Point.fromHex('02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f'),
  b: Point.fromHex('03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49'),
};

export const groupOrder: bigint = Point.Fn.ORDER;

/** 16 bytes more than the order has, so that no number is likelier than another. */
export const randomSecret = (random: Random): bigint =>
  (BigInt(`0x${Buffer.from(random(48)).toString('hex')}`) % (groupOrder - 1n)) + 1n;

interface Spake2Parts {
  role: 'a' | 'b';
  names: { a: string; b: string };
  /** Made of the password, from 1 to below the order of the group. */
  password: bigint;
  /** Random, from 1 to below the order of the group; for one exchange. */
  secret: bigint;
}

export interface SharedKeys {
  /** 16 bytes that the other side has, too, if it knows the password. */
  key: Uint8Array;
  /** What shows the other side that this one knows the password, and what the other one has to show. */
  confirmation: Uint8Array;
  expected: Uint8Array;
}

/**
 * One side of SPAKE2 (RFC 9382) with P-256, SHA-256, HKDF and HMAC: two who know one short password come to one strong key.
 * Whoever is between them, or plays one of them, learns nothing but whether a single guess was right.
 */
export class Spake2 {
  /** For the other side: 65 bytes. */
  readonly share: Uint8Array;
  readonly #parts: Spake2Parts;

  constructor(parts: Spake2Parts) {
    this.#parts = parts;
    const { role, password, secret } = parts;
    this.share = blinds[role].multiply(password).add(Point.BASE.multiply(secret)).toBytes(false);
  }

  /** Throws BAD_REQUEST for a share that no honest side makes. */
  finish(otherShare: Uint8Array): SharedKeys {
    const { role, names, password, secret } = this.#parts;
    const other = role === 'a' ? 'b' : 'a';
    const bare = pointOf(otherShare).subtract(blinds[other].multiply(password));
    if (bare.is0()) throw malformed();
    const shares = role === 'a' ? [this.share, otherShare] : [otherShare, this.share];
    const transcript = lengthsAnd([
      Buffer.from(names.a),
      Buffer.from(names.b),
      ...shares,
      bare.multiply(secret).toBytes(false),
      Buffer.from(password.toString(16).padStart(64, '0'), 'hex'),
    ]);
    const hash = createHash('sha256').update(transcript).digest();
    const keys = Buffer.from(hkdfSync('sha256', hash.subarray(16), '', 'ConfirmationKeys', 32));
    const confirmations = {
      a: createHmac('sha256', keys.subarray(0, 16)).update(transcript).digest(),
      b: createHmac('sha256', keys.subarray(16)).update(transcript).digest(),
    };
    return { key: hash.subarray(0, 16), confirmation: confirmations[role], expected: confirmations[other] };
  }
}

/** Each with its length before it, 8 bytes, little-endian. */
function lengthsAnd(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    parts.flatMap(part => {
      const length = Buffer.alloc(8);
      length.writeUInt32LE(part.length);
      return [length, part];
    }),
  );
}

/** The group has a prime order, so a point of the curve other than zero is one of the group. */
function pointOf(bytes: Uint8Array): GroupPoint {
  if (bytes.length !== 65) throw malformed();
  try {
    const point = Point.fromBytes(bytes);
    point.assertValidity();
    return point;
  } catch {
    throw malformed();
  }
}

const malformed = () => new BenchmateError('BAD_REQUEST', 'This is not a share of a key exchange.');
