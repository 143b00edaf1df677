import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Values that travel in a client's hands and come back as they were: signed with a secret of this server, not hidden. */
export class Sealed<T> {
  readonly #purpose: string;
  readonly #secret: Uint8Array;

  /** A value sealed for one purpose opens for no other. */
  constructor(purpose: string, secret: Uint8Array) {
    this.#purpose = purpose;
    this.#secret = secret;
  }

  /** Letters, digits, `-`, `_` and one dot; never twice the same. */
  seal(value: T): string {
    const body = Buffer.from(JSON.stringify([value, randomBytes(12).toString('base64url')])).toString('base64url');
    return `${body}.${this.#sign(body).toString('base64url')}`;
  }

  /** Null for what was not sealed here. */
  open(text: string): T | null {
    const [body = '', signature = '', ...more] = text.split('.');
    const given = Buffer.from(signature, 'base64url');
    const own = this.#sign(body);
    if (more.length > 0 || given.length !== own.length || !timingSafeEqual(given, own)) return null;
    return (JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as [T, string])[0];
  }

  #sign(body: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${this.#purpose}:${body}`).digest();
  }
}
