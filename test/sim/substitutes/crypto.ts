// In the place of node:crypto: the same but for chance.
import { randomBytes as realRandomBytes, randomUUID as realRandomUuid } from 'node:crypto';
import { playing } from '../kernel/stage.ts';

export * from 'node:crypto';

export const randomBytes = (bytes: number): Buffer =>
  playing() ? crypto.getRandomValues(Buffer.alloc(bytes)) : realRandomBytes(bytes);

export const randomUUID = (): string => {
  if (!playing()) return realRandomUuid();
  const hex = randomBytes(16).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
