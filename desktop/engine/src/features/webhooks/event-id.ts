import { createHash } from 'node:crypto';

/** The same parts always give the same id: whoever is told twice can see that it is the same event. */
export const eventId = (type: string, ...parts: readonly string[]): string =>
  `evt_${createHash('sha256')
    .update(JSON.stringify([type, ...parts]))
    .digest('base64url')
    .slice(0, 27)}`;
