// In the place of node:crypto: the same but for chance.
import { randomBytes as realRandomBytes } from 'node:crypto';
import { playing } from '../kernel/stage.ts';

export * from 'node:crypto';

export const randomBytes = (bytes: number): Buffer =>
  playing() ? crypto.getRandomValues(Buffer.alloc(bytes)) : realRandomBytes(bytes);
