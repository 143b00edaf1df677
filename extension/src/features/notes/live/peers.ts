import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';

/** Somebody who has the same note open. */
export interface Peer {
  clientId: number;
  name: string;
  device: string;
  /** Where they write and what they have chosen, in the editor's text; null while that is not known here. */
  selection: { anchor: number; head: number } | null;
}

const longestName = 40;
/** What would hide, turn or break the words around it. */
const unseen = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** What the others say about themselves is theirs alone: it may be anything. */
export function peersIn(awareness: Awareness, offsetOf: (anchor: Y.RelativePosition) => number | null): Peer[] {
  const others = [...awareness.getStates()].filter(([clientId]) => clientId !== awareness.clientID);
  return others.flatMap(([clientId, state]) => {
    const { user, selection } = fieldsOf(state);
    if (user === undefined) return [];
    const { name, device } = fieldsOf(user);
    const [anchor, head] = ['anchor', 'head'].map(end => placeOf(fieldsOf(selection)[end], offsetOf));
    return {
      clientId,
      name: (typeof name === 'string' && name.replaceAll(unseen, '').trim().slice(0, longestName)) || 'Somebody',
      device: typeof device === 'string' ? device : String(clientId),
      selection: typeof anchor === 'number' && typeof head === 'number' ? { anchor, head } : null,
    };
  });
}

function placeOf(anchor: unknown, offsetOf: (anchor: Y.RelativePosition) => number | null): number | null {
  if (typeof anchor !== 'object' || anchor === null) return null;
  try {
    return offsetOf(Y.createRelativePositionFromJSON(anchor));
  } catch {
    return null;
  }
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
