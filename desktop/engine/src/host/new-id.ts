import { toBase64Url } from '@benchmate/shared/facts/keys';
import type { Random } from './clock.ts';

/** A random id that people may type: it never begins with `-`, which a command line would take for an option. */
export const newId = (random: Random, bytes = 12): string => toBase64Url(random(bytes)).replace(/^-/, 'A');
