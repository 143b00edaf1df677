import { z } from 'zod';
import type { Random } from '../../../host/clock.ts';
import { openJson, sealJson } from './seal.ts';

/** What the joining device needs; the invite's secret itself stays with the engine that made it. */
const spokenInvite = z.object({ team: z.string(), inviteId: z.string(), proof: z.string() });
export type SpokenInvite = z.infer<typeof spokenInvite>;

const purpose = 'benchmate spoken invite';

export const sealInvite = (key: Uint8Array, invite: SpokenInvite, random: Random): Uint8Array =>
  sealJson({ key, purpose }, invite, random);

/** Null for whatever was not sealed with this key. */
export function openInvite(key: Uint8Array, sealed: Uint8Array): SpokenInvite | null {
  try {
    return spokenInvite.parse(openJson({ key, purpose }, sealed));
  } catch {
    return null;
  }
}
