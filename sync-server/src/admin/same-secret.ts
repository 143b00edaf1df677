import { createHash, timingSafeEqual } from 'node:crypto';

/** Takes as long whatever is wrong with it. */
export function sameSecret(given: string, own: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(own));
}
