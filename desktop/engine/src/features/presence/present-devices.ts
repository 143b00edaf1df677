import type { Awareness } from 'y-protocols/awareness';
import { z } from 'zod';
import { evidencePlace, type EvidencePlace, type Present } from '@benchmate/shared/domain/presence';
import type { Member } from '@benchmate/shared/domain/team';

/** What an engine tells in the awareness of its team's document. */
const told = z.object({ device: z.string(), place: z.unknown(), at: z.number() });

export interface Told {
  device: string;
  place: EvidencePlace | null;
  /** When it was said, by the device's own clock: of two states of a device the later counts. */
  at: number;
}

/**
 * Who is there, by name. A state is anybody's word: only devices of members count, under the name that the team knows them by, and a
 * place that is not one is none.
 */
export function presentDevices(
  states: Awareness['states'],
  { own, members }: { own: string; members: readonly Member[] },
): Present[] {
  const latest = new Map<string, { place: EvidencePlace | null; at: number }>();
  for (const state of states.values()) {
    const read = told.safeParse(state);
    if (!read.success || read.data.device === own) continue;
    const { device, at } = read.data;
    if ((latest.get(device)?.at ?? -Infinity) > at) continue;
    const place = evidencePlace.safeParse(read.data.place);
    latest.set(device, { place: place.success ? place.data : null, at });
  }
  return members
    .filter(({ device, active }) => active && latest.has(device))
    .map(({ device, person, name }) => ({ device, person, name, place: latest.get(device)!.place }))
    .sort((a, b) => (a.name === b.name ? (a.device < b.device ? -1 : 1) : a.name < b.name ? -1 : 1));
}
